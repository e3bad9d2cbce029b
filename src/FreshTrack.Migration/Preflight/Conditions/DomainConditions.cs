using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>What a domain asks of its values: its conditions, NOT NULL, and the length or scale of the type
/// below.</summary>
internal static class DomainConditions
{
    public static IEnumerable<Condition> Of(Survey survey, MappedTable table, CatalogColumn column)
    {
        if (
            !survey.TargetCatalog.Domains.TryGetValue(column.Type, out var domain)
            || IsGuaranteed(survey, table, column, domain)
        )
        {
            yield break;
        }

        var value = Sql.Format($"{new Identifier(column.Name)}");
        // A domain's condition names its value VALUE, which is a name like any other to the parser.
        foreach (var check in domain.Checks)
        {
            yield return Condition(
                FindingCodes.DomainViolated,
                $"the domain {domain.Type} asks for {check}",
                Sql.Format($"exists (select from (select {value} as value) d where ({Sql.Expression(check)}) is false)")
            );
        }

        if (domain.NotNull)
        {
            yield return Condition(
                FindingCodes.NullNotAllowed,
                $"NULL, where the domain {domain.Type} takes none",
                Sql.Format($"{value} is null")
            );
        }

        if (LossyCast.Hit(domain.Base, column.TransportType, value) is { } lossy)
        {
            yield return Condition(
                FindingCodes.ValueDoesNotFit,
                $"values that {domain.Base}, which {domain.Type} is, would round, cut or refuse",
                lossy
            );
        }

        Condition Condition(string code, string message, Sql hit) =>
            new(code, Verdict.Fail, $"{table.Name}.{column.Name}", message, hit) { Columns = [column.Name] };
    }

    private static bool IsGuaranteed(Survey survey, MappedTable table, CatalogColumn column, CatalogDomain domain) =>
        table.SameInSource(column.Name) is { } plain
        && survey.SourceCatalog.Domains.TryGetValue(plain.Type, out var own)
        && own.Base == domain.Base
        && own.NotNull == domain.NotNull
        && own.Checks.SequenceEqual(domain.Checks);
}
