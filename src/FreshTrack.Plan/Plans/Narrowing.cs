namespace FreshTrack.Plan;

/// <summary>Knows from two types alone whether values could be lost on the way from one to the other.</summary>
public static class Narrowing
{
    private static readonly string[] Whole = ["smallint", "integer", "bigint"];

    private static readonly string[] Widest = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];

    /// <summary>What could be lost, in words; null when every value of the source type fits.</summary>
    public static string? Describe(CatalogColumn source, CatalogColumn target)
    {
        if (source.Type == target.Type)
        {
            return null;
        }

        var (from, to) = (TypeShape.Of(source.Type), TypeShape.Of(target.Type));
        if (target.IsEnum)
        {
            return "a label that the target lacks would be refused";
        }

        if (Array.IndexOf(Whole, to.Name) is >= 0 and var rank)
        {
            return Array.IndexOf(Whole, from.Name) is var fromRank && fromRank >= 0 && fromRank <= rank
                ? null
                : "values would be rounded or overflow";
        }

        return to.Name switch
        {
            "numeric" when to.First is null => null,
            "numeric"
                when from.Name == "numeric"
                    && from.First is { } precision
                    && precision - (from.Second ?? 0) <= to.First - (to.Second ?? 0)
                    && (from.Second ?? 0) <= (to.Second ?? 0) => null,
            "numeric" => "values would be rounded or overflow",
            "real" or "double precision" when Widest.Contains(from.Name) && from.Name is not ("smallint" or "real") =>
                "digits would be lost",
            "character varying" or "character" when to.First is { } length => from.First <= length
            && from.Name == to.Name
                ? null
                : $"texts longer than {length} characters would be refused or cut",
            _ when to.Name.StartsWith("time") && to.First < (from.First ?? 6) =>
                "fractions of a second would be rounded",
            _ when to.Name.StartsWith("time ") && from.Name.StartsWith("timestamp") => "the date would be lost",
            _ when to.First is not null
                    && (to.Name is "interval" or "bit" or "bit varying" || to.Name.EndsWith("[]")) =>
                "values would be rounded, cut or refused",
            "date" when from.Name.StartsWith("timestamp") => "the time of day would be lost",
            _ => null,
        };
    }
}
