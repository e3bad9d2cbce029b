using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;
using FreshTrack.Verification.Declarations;

namespace FreshTrack.Cutover.Gating;

/// <summary>The target declares after the import what it declared before it, and nothing of it is deferred, invalid or
/// disabled.</summary>
internal static class DeclarationCriterion
{
    public const string Name = "declarations";

    private const string Wanted = "as before the import, nothing deferred, invalid or disabled";

    public static Criterion Judge(DeclarationReport? report)
    {
        IReadOnlyList<DeclarationDifference> differences = report is { After: { } after }
            ? DeclarationDifference.Between(report.Before, after)
            : [];
        return Line(report, differences) with
        {
            Derivation = new Derivation(
                "declarations.json before[] and after[]",
                "Fail when a constraint, index, trigger or sequence is missing, new or changed, or does not do what it "
                    + "declares; Inconclusive when one of the two lists was not read",
                [
                    $"before: {Counts(report?.Before)}",
                    $"after: {Counts(report?.After)}",
                    .. differences.Select(difference => $"{difference}"),
                ]
            ),
        };
    }

    /// <summary><c>61 constraints, 80 indexes, 4 triggers, 1 sequences</c>.</summary>
    public static string Counts(IReadOnlyList<Declaration>? declarations) =>
        declarations is not { Count: > 0 }
            ? "nothing"
            : string.Join(
                ", ",
                Enum.GetValues<DeclarationKind>()
                    .Select(kind =>
                        $"{Format.Count(declarations.Count(item => item.Kind == kind))} "
                        + $"{kind.ToString().ToLowerInvariant()}{(kind == DeclarationKind.Index ? "es" : "s")}"
                    )
            );

    private static Criterion Line(DeclarationReport? report, IReadOnlyList<DeclarationDifference> differences) =>
        report switch
        {
            null => Open("declarations.json is missing"),
            { Before.Count: 0 } => Open("nothing was declared before the import"),
            { After: null } => Open("the target was not read after the import"),
            { After: { } after } => new Criterion(
                Name,
                Wanted,
                differences.Count == 0 ? Counts(after) : $"{Format.Count(differences.Count)} differ",
                differences.Count == 0 ? Verdict.Pass : Verdict.Fail,
                differences.Count == 0
                    ? $"{Name}: {Counts(after)}, as before the import."
                    : $"{Name}: {Format.List([.. differences.Select(difference => $"{difference}")])}."
            ),
        };

    private static Criterion Open(string reason) =>
        new(Name, Wanted, "nothing", Verdict.Inconclusive, $"{Name}: {reason}; run the import's steps again.");
}
