using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Gating;

/// <summary>Counts and contents: every planned table was compared, and is equal.</summary>
internal static class TableCriteria
{
    public static Criterion Judge(string check, GateInput input)
    {
        var evidence = input.Checks.Where(item => item.Check == check).OrderBy(item => item.Subject).ToList();
        var open = input
            .Tables.Select(table => table.Name)
            .Except(evidence.Select(item => item.Subject))
            .Order()
            .Select(table => (Verdict: Verdict.Inconclusive, Reason: $"{table} was not checked"))
            .ToList();
        var judged = evidence
            .Select(item => Judge(item, input.Tables))
            .Where(item => item.Verdict != Verdict.Pass)
            .Concat(open)
            .Concat(Strangers(evidence, input.Tables))
            .Concat(Fewer(evidence, input))
            .ToList();
        var rows = evidence.Sum(item => (decimal)item.Rows);
        if (input.Tables.Count == 0)
        {
            judged.Add((Verdict.Inconclusive, "the plan names no table"));
        }
        else if (rows <= 0)
        {
            judged.Add((Verdict.Inconclusive, "no row was compared"));
        }

        var equal = evidence.Count(item => item.Verdict is Verdict.Pass);
        var measured = $"{equal} of {input.Tables.Count} tables equal, {Text.Count(rows)} rows compared";
        var verdict = judged.Select(item => item.Verdict).Append(Verdict.Pass).Worst();
        // What failed stands before what is open, so that the short list names it.
        var reasons = judged.OrderBy(item => item.Verdict == Verdict.Fail ? 0 : 1).Select(item => item.Reason).ToList();
        return new Criterion(
            check,
            $"all {Text.Count(input.Tables.Count)} planned tables equal",
            measured,
            verdict,
            reasons.Count == 0 ? $"{check}: {measured}." : $"{check}: {Text.List(reasons)}."
        )
        {
            Working = new Working(
                $"plan.yaml tables[]; verification.json checks[check={check}]",
                "Fail when a table differs; Inconclusive when one was not compared, not in all of its rows, "
                    + "twice, or had no row and must have some, or is not in the plan",
                [
                    .. evidence.Select(item =>
                        $"{item.Subject}: {item.Verdict}, {Text.Count(item.Rows)} rows, "
                        + $"{Text.Count(item.Violations)} violations"
                    ),
                    .. open.Select(item => item.Reason),
                ]
            ),
        };
    }

    /// <summary>Evidence of another plan, or of two runs: each planned table is checked once, and no other.</summary>
    private static IEnumerable<(Verdict Verdict, string Reason)> Strangers(
        List<CheckEvidence> evidence,
        IReadOnlyList<PlannedTable> tables
    ) =>
        [
            .. evidence
                .Select(item => item.Subject)
                .Except(tables.Select(table => table.Name))
                .Select(table => (Verdict.Inconclusive, $"{table} is no table of the plan")),
            .. evidence
                .CountBy(item => item.Subject)
                .Where(table => table.Value > 1)
                .Select(table => (Verdict.Inconclusive, $"{table.Key} was checked {Text.Count(table.Value)} times")),
        ];

    /// <summary>Counting and comparing read the same rows; who read fewer has not seen them all.</summary>
    private static IEnumerable<(Verdict Verdict, string Reason)> Fewer(List<CheckEvidence> evidence, GateInput input) =>
        from item in evidence
        let most = input
            .Checks.Where(other =>
                other.Check is CheckNames.Counts or CheckNames.Contents && other.Subject == item.Subject
            )
            .Max(other => other.Rows)
        where item.Verdict is Verdict.Pass or Verdict.Warn && item.Rows < most
        select (
            Verdict.Inconclusive,
            $"{item.Subject}: only {Text.Count(item.Rows)} of {Text.Count(most)} rows were compared"
        );

    private static (Verdict Verdict, string Reason) Judge(CheckEvidence item, IReadOnlyList<PlannedTable> tables)
    {
        var said = Text.Reason(item);
        if (item.Verdict is Verdict.Fail or Verdict.Inconclusive)
        {
            return (item.Verdict, said);
        }

        if (item.Rows < 0)
        {
            return (Verdict.Inconclusive, $"{item.Subject} is said to have {Text.Count(item.Rows)} rows");
        }

        if (item.Violations != 0)
        {
            return (
                Verdict.Fail,
                $"{item.Subject} is said to come to {item.Verdict} with {Text.Count(item.Violations)} violations"
            );
        }

        if (item.Sides is { } sides && sides.Source != sides.Target)
        {
            return (
                Verdict.Fail,
                $"{item.Subject} is said to come to {item.Verdict} with {Text.Count(sides.Source)} rows in "
                    + $"the source and {Text.Count(sides.Target)} in the target"
            );
        }

        var mustHaveRows = tables.Any(table => table.Name == item.Subject && !table.MayBeEmpty);
        return item.Rows <= 0 && mustHaveRows
            ? (Verdict.Inconclusive, $"{item.Subject}: no row was compared")
            : (item.Verdict, said);
    }
}
