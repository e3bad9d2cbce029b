using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Reporting;
using FreshTrack.Verification;

namespace FreshTrack.BrowserTests;

/// <summary>Runs that a page is most likely to break on.</summary>
internal static class AwkwardRuns
{
    private static readonly string LongTable = $"public.{new string('w', 63)}";
    private const string RightToLeft = "مفتاح-١٢٣\u202e<b>abc</b>";

    /// <summary>40 tables, 200 findings of preflight, 40 failed checks
    /// whose keys are long or written from right to left.</summary>
    public static RunReport Crowded { get; } =
        SampleRun.Report with
        {
            Gate = new GateResult(
                Verdict.Fail,
                [
                    .. Tables.Select(table => new Criterion(
                        $"contents of {table}",
                        "no difference",
                        "1 row differs",
                        Verdict.Fail,
                        $"{table}: 1 row changed."
                    )),
                ]
            ),
            Evidence = SampleRun.Report.Evidence with
            {
                Preflight = new PreflightReport(Verdict.Warn, [.. Enumerable.Range(0, 200).Select(Finding)]),
                Manifest = SampleRun.Report.Evidence.Manifest! with
                {
                    Parts =
                    [
                        .. Tables.Select(
                            (table, i) =>
                                new ManifestPart(table, table, 0, "a", 1000 * i, 123_456 * i, 61_728 * i, "00")
                        ),
                    ],
                },
                Verification = new VerificationResult(SampleRun.Start, [.. Tables.SelectMany(Checks)]),
            },
        };

    /// <summary>Stopped in its second phase: nothing was moved, compared or put under load.</summary>
    public static RunReport Stopped { get; } =
        SampleRun.Report with
        {
            Gate = new GateResult(
                Verdict.Inconclusive,
                [
                    new(
                        "run",
                        "every step",
                        "stopped at export.parts",
                        Verdict.Inconclusive,
                        "Export every table from one snapshot: the connection to the source was lost."
                    ),
                    new(
                        "counts",
                        "all 4 planned tables equal",
                        "not compared",
                        Verdict.Inconclusive,
                        "Source and target were not compared."
                    ),
                ]
            ),
            Evidence = SampleRun.Report.Evidence with
            {
                Timeline = new Timeline(
                    SampleRun.Start,
                    [
                        SampleRun.Report.Evidence.Phases[0],
                        new PhaseTiming(
                            2,
                            "Export data",
                            900,
                            2700,
                            7.2,
                            3611,
                            [
                                new(
                                    "export.parts",
                                    "Export every table from one snapshot",
                                    7.2,
                                    3611,
                                    Verdict.Inconclusive,
                                    "the connection to the source was lost"
                                ),
                            ]
                        ),
                    ]
                ),
                Load = null,
                Preflight = new PreflightReport(Verdict.Pass, []),
                Manifest = null,
                Verification = null,
            },
        };

    private static IEnumerable<string> Tables =>
        [LongTable, .. Enumerable.Range(1, 39).Select(i => $"public.table_{i}")];

    private static Finding Finding(int number) =>
        new(
            "type-narrows",
            Verdict.Warn,
            $"{LongTable}.{new string('c', 63)}",
            "numeric becomes integer: 12 rows would be rounded",
            12
        )
        {
            Examples = [$"id={number}", RightToLeft],
        };

    private static IEnumerable<CheckResult> Checks(string table) =>
        [
            new(CheckNames.Counts, table, Verdict.Pass, 12_345_678, 0, "Both sides have 12345678 rows.", null, 3.2)
            {
                Sides = new SideRows(12_345_678, 12_345_678),
            },
            new(
                CheckNames.Contents,
                table,
                Verdict.Fail,
                12_345_678,
                1,
                $"{table}: 0 rows missing, 0 extra, 1 changed.",
                new Differences(
                    0,
                    0,
                    1,
                    [new ColumnDifferences("name", 1)],
                    [
                        new RowDifference(
                            DifferenceKind.Changed,
                            table,
                            [new KeyValue("id", RightToLeft)],
                            [new CellDifference("name", new string('v', 300), RightToLeft)]
                        ),
                    ]
                ),
                91.4
            ),
        ];
}
