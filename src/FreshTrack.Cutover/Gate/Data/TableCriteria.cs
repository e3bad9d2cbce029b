using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Gating;

/// <summary>Counts and contents: every planned table was compared, and is equal.</summary>
/// <param name="check"><see cref="CheckNames.Counts"/> or <see cref="CheckNames.Contents"/>.</param>
internal sealed class TableCriteria(string check, MigrationPlan plan, IReadOnlyList<CheckResult> checks)
{
    /// <summary>Target table → whether it may be empty. Several entries of a plan may fill one table, which is compared
    /// as a whole.</summary>
    private readonly Dictionary<string, bool> planned = plan
        .Tables.GroupBy(entry => entry.Target.ToString())
        .ToDictionary(entries => entries.Key, entries => entries.All(entry => entry.MayBeEmpty));

    private readonly List<CheckResult> results =
    [
        .. checks.Where(result => result.Check == check).OrderBy(result => result.Subject),
    ];

    public static Criterion Judge(string check, MigrationPlan plan, IReadOnlyList<CheckResult> checks) =>
        new TableCriteria(check, plan, checks).Judge();

    private Criterion Judge()
    {
        var open = planned
            .Keys.Except(results.Select(result => result.Subject))
            .Order()
            .Select(table => (Verdict: Verdict.Inconclusive, Reason: $"{table} was not checked"))
            .ToList();
        var judged = results
            .Select(Judge)
            .Where(result => result.Verdict != Verdict.Pass)
            .Concat(open)
            .Concat(UnplannedTables())
            .Concat(PartialComparisons())
            .ToList();
        var rows = results.Sum(result => (decimal)result.Rows);
        if (planned.Count == 0)
        {
            judged.Add((Verdict.Inconclusive, "the plan names no table"));
        }
        else if (rows <= 0)
        {
            judged.Add((Verdict.Inconclusive, "no row was compared"));
        }

        var equal = results.Count(result => result.Verdict is Verdict.Pass);
        var measured = $"{equal} of {planned.Count} tables equal, {Format.Count(rows)} rows compared";
        var verdict = judged.Select(result => result.Verdict).Append(Verdict.Pass).Worst();
        // What failed stands before what is open, so that the short list names it.
        var reasons = judged
            .OrderBy(result => result.Verdict == Verdict.Fail ? 0 : 1)
            .Select(result => result.Reason)
            .ToList();
        return new Criterion(
            check,
            $"all {Format.Count(planned.Count)} planned tables equal",
            measured,
            verdict,
            reasons.Count == 0 ? $"{check}: {measured}." : $"{check}: {Format.List(reasons)}."
        )
        {
            Derivation = new Derivation(
                $"plan.yaml tables[]; verification.json checks[check={check}]",
                "Fail when a table differs; Inconclusive when one was not compared, not in all of its rows, "
                    + "twice, or had no row and must have some, or is not in the plan",
                [
                    .. results.Select(result =>
                        $"{result.Subject}: {result.Verdict}, {Format.Count(result.Rows)} rows, "
                        + $"{Format.Count(result.Violations)} violations"
                    ),
                    .. open.Select(table => table.Reason),
                ]
            ),
        };
    }

    /// <summary>Evidence of another plan, or of two runs: each planned table is checked once, and no other.</summary>
    private IEnumerable<(Verdict Verdict, string Reason)> UnplannedTables() =>
        [
            .. results
                .Select(result => result.Subject)
                .Except(planned.Keys)
                .Select(table => (Verdict.Inconclusive, $"{table} is not in the plan")),
            .. results
                .CountBy(result => result.Subject)
                .Where(table => table.Value > 1)
                .Select(table => (Verdict.Inconclusive, $"{table.Key} was checked {Format.Count(table.Value)} times")),
        ];

    /// <summary>Counting and comparing read the same rows; a check that read fewer has not seen them all.</summary>
    private IEnumerable<(Verdict Verdict, string Reason)> PartialComparisons() =>
        from result in results
        let most = checks
            .Where(other => other.Check is CheckNames.Counts or CheckNames.Contents && other.Subject == result.Subject)
            .Max(other => other.Rows)
        where result.Verdict is Verdict.Pass or Verdict.Warn && result.Rows < most
        select (
            Verdict.Inconclusive,
            $"{result.Subject}: only {Format.Count(result.Rows)} of {Format.Count(most)} rows were compared"
        );

    private (Verdict Verdict, string Reason) Judge(CheckResult result)
    {
        var reason = Format.Reason(result);
        if (result.Verdict is Verdict.Fail or Verdict.Inconclusive)
        {
            return (result.Verdict, reason);
        }

        var recorded = $"{result.Subject} is recorded as {result.Verdict} but has";
        if (result.Rows < 0)
        {
            return (Verdict.Inconclusive, $"{recorded} {Format.Count(result.Rows)} rows");
        }

        if (result.Violations != 0)
        {
            return (Verdict.Fail, $"{recorded} {Format.Count(result.Violations)} violations");
        }

        if (result.Sides is { } sides && sides.Source != sides.Target)
        {
            return (
                Verdict.Fail,
                $"{recorded} {Format.Count(sides.Source)} rows in the source and "
                    + $"{Format.Count(sides.Target)} in the target"
            );
        }

        var mustHaveRows = planned.TryGetValue(result.Subject, out var mayBeEmpty) && !mayBeEmpty;
        return result.Rows <= 0 && mustHaveRows
            ? (Verdict.Inconclusive, $"{result.Subject}: no row was compared")
            : (result.Verdict, reason);
    }
}
