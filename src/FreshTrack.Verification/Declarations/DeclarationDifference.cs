namespace FreshTrack.Verification.Declarations;

/// <summary>One thing that is not as it was before an import, or that does not do what it declares.</summary>
/// <param name="Says">Its part of a sentence: <c>is missing</c>.</param>
public sealed record DeclarationDifference(Declaration Declaration, string Says)
{
    /// <summary>Compares a database before an import with the same one after it.</summary>
    /// <remarks>
    /// What a partition inherits is compared on its parent, and may come with a partition that is new: PostgreSQL lets
    /// no partition lose it. Only its flaws are its own.
    /// </remarks>
    /// <returns>In order of kind, table and name; empty when both are equal and without a flaw.</returns>
    public static IReadOnlyList<DeclarationDifference> Between(
        IReadOnlyList<Declaration> before,
        IReadOnlyList<Declaration> after
    )
    {
        var (was, now) = (Own(before), Own(after));
        var changed =
            from old in was
            from current in now[old.Key].DefaultIfEmpty()
            let said = Change(old.First(), current)
            where said is not null
            select new DeclarationDifference(old.First(), said);
        var added = now.Where(item => !was.Contains(item.Key))
            .Select(item => new DeclarationDifference(item.First(), "was not there before"));
        return [.. changed.Concat(added).Concat(Flaws(after)).OrderBy(item => item.Place)];
    }

    /// <summary>What does not do what it declares.</summary>
    public static IReadOnlyList<DeclarationDifference> Flaws(IReadOnlyList<Declaration> declarations) =>
        [
            .. declarations
                .Where(item => item.Flaws.Count > 0)
                .Select(item => new DeclarationDifference(item, $"is {string.Join(" and ", item.Flaws)}"))
                .OrderBy(item => item.Place),
        ];

    /// <summary><c>index public.units.units_name_idx is missing</c>.</summary>
    public override string ToString() => $"{Declaration} {Says}";

    private (DeclarationKind, string, string, string) Place =>
        (Declaration.Kind, Declaration.Table, Declaration.Name, Says);

    private static ILookup<(DeclarationKind, string, string), Declaration> Own(IReadOnlyList<Declaration> all) =>
        all.Where(item => item.Inherits is null).ToLookup(item => (item.Kind, item.Table, item.Name));

    private static string? Change(Declaration old, Declaration? current) =>
        current is null ? "is missing"
        : current.Definition != old.Definition ? $"was {old.Definition} and is {current.Definition}"
        : null;
}
