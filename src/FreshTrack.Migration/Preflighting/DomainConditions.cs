using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>What a domain asks of its values: its conditions, NOT NULL, and the length or scale of the type
/// below.</summary>
internal static class DomainConditions
{
    public static IEnumerable<TargetCondition> Of(Survey survey, MappedTable table, CatalogColumn column)
    {
        if (
            !survey.Target.Domains.TryGetValue(column.Type, out var domain)
            || IsGuaranteed(survey, table, column, domain)
        )
        {
            yield break;
        }

        var subject = $"{table.Name}.{column.Name}";
        var value = Sql.Format($"{new Identifier(column.Name)}");
        // A domain's condition names its value VALUE, which is a name like any other to the parser.
        foreach (var check in domain.Checks)
        {
            yield return new TargetCondition(
                FindingCodes.DomainViolated,
                Verdict.Fail,
                subject,
                $"the domain {domain.Type} asks for {check}",
                [column.Name],
                Sql.Format($"exists (select from (select {value} as value) d where ({Sql.Expression(check)}) is false)")
            );
        }

        if (domain.NotNull)
        {
            yield return new TargetCondition(
                FindingCodes.NullNotAllowed,
                Verdict.Fail,
                subject,
                $"NULL, where the domain {domain.Type} takes none",
                [column.Name],
                Sql.Format($"{value} is null")
            );
        }

        if (RowChecks.Lossy(domain.Base, column.TransportType, value) is { } lossy)
        {
            yield return new TargetCondition(
                FindingCodes.ValueDoesNotFit,
                Verdict.Fail,
                subject,
                $"values that {domain.Base}, which {domain.Type} is, would round, cut or refuse",
                [column.Name],
                lossy
            );
        }
    }

    private static bool IsGuaranteed(Survey survey, MappedTable table, CatalogColumn column, CatalogDomain domain) =>
        table.SameInSource(column.Name) is { } plain
        && survey.Source.Domains.TryGetValue(plain.Type, out var own)
        && own.Base == domain.Base
        && own.NotNull == domain.NotNull
        && own.Checks.SequenceEqual(domain.Checks);
}
