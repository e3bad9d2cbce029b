using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.UnitTests.Reporting;

/// <summary>A run that has something of everything to show: a slow scenario, a lost row, a secret, and names that would
/// like to be markup.</summary>
internal static class SampleRun
{
    public const string HostileTable = "public.\"<img src=x onerror=alert(1)>\"";
    public const string HostileKey = "\"><script>alert('key')</script>";
    public const string SecretValue = "bm9uY2UtY2lwaGVydGV4dC10YWc=";

    public static readonly DateTimeOffset Start = new(2026, 1, 15, 2, 0, 0, TimeSpan.Zero);

    public const string PlanText = """
        version: 1
        tables:
          - source: public.units
            target: public.units
            leave: [make, model]
            secret: [ttn_api_key_encrypted]
          - source: public.sensor_readings
        leave: [public.emulator_sync_runs]
        """;

    private static readonly MigrationPlan Plan = PlanFile.Parse(PlanText, "plan.yaml");

    public static RunReport Report { get; } =
        new(
            Evidence(),
            Judged(),
            new Policy(
                [],
                [
                    new LatencyLimit("ttn_ingestion", 100, 250, 0.05m, 2000),
                    new LatencyLimit("readings_24h", 150, 300, 0.05m, 2000),
                ]
            )
        );

    /// <summary>The same run with nothing to say against it.</summary>
    public static RunReport Passed { get; } =
        Report with
        {
            Gate = new GateResult(
                Verdict.Pass,
                [
                    new(
                        "counts",
                        "all 4 planned tables equal",
                        "4 of 4 tables equal, 108,962 rows compared",
                        Verdict.Pass,
                        "counts: 4 of 4 tables equal."
                    ),
                ]
            ),
            Evidence = Report.Evidence with
            {
                Load = Load() with { Scenarios = [Scenario("ttn_ingestion", 22, 0), Scenario("readings_24h", 31, 0)] },
                Preflight = new PreflightReport(Verdict.Pass, []),
                Verification = new VerificationResult(
                    Start,
                    [.. Checks().Where(check => check.Verdict == Verdict.Pass)]
                ),
            },
        };

    /// <summary>The report of the same run with other evidence.</summary>
    public static RunReport With(this RunReport report, Func<RunEvidence, RunEvidence> change) =>
        report with
        {
            Evidence = change(report.Evidence),
        };

    private static RunEvidence Evidence() =>
        new("/evidence", new string('0', 64), Run(), Plan)
        {
            Runbook = Planned(),
            Timeline = Timeline(),
            Load = Load(),
            Baselines = new Baselines([new Baseline("20260114T020000.000Z-rehearsal", Load())]),
            Preflight = new PreflightReport(
                Verdict.Warn,
                [
                    new Finding(
                        "rows-filtered",
                        Verdict.Warn,
                        HostileTable,
                        "12 rows are left behind by the plan's filter",
                        12
                    )
                    {
                        Examples = ["id=7", HostileKey],
                    },
                ]
            ),
            Manifest = new Manifest("20260115T020000.000Z-rehearsal", "5e83396a", Start, Tables(), Parts())
            {
                Source = new SourceState("never", []),
                PagesPerChunk = 1024,
                Slices = "0",
            },
            Verification = new VerificationResult(Start, Checks()),
        };

    private static PlannedRunbook Planned()
    {
        var whole = PlannedRunbook.Of(CutoverRunbook.Whole);
        var absent = new PlannedStep("traffic.example", "Move DNS") { Absent = "no provider is named" };
        return whole with { Phases = [.. whole.Phases, new PlannedPhase(9, "Traffic", 9000, 9900, [absent])] };
    }

    private static RunDescription Run() =>
        new("20260115T020000.000Z-rehearsal", "rehearsal", Start)
        {
            EndedAt = Start.AddMinutes(3),
            Commit = "65c943f9ec84fbeea4ea3bdd12d174d4471d327a",
            CleanTree = true,
            PlanHash = Plan.Hash,
            Environment = "stage",
            Scale = "production",
            Seed = 1,
            Inject = "slow-api",
            Machine = "2 cores, 8 GiB, X64, Debian GNU/Linux 12 (bookworm)",
            Images = new Dictionary<string, string>
            {
                ["postgres"] = "postgres@sha256:bd700083b5f5",
                ["api"] = "89441bdcd817",
            },
            StandIns = [new StandIn("freshtrack/object-store:8c9c35387186", "MinIO")],
        };

    private static Timeline Timeline() =>
        new(
            Start,
            [
                Phase(
                    1,
                    "Freeze Supabase",
                    0,
                    900,
                    0,
                    7.2,
                    new(
                        "freeze.preflight",
                        "Hold the plan against both catalogs and the data",
                        0,
                        4.1,
                        Verdict.Warn,
                        "25 tables, 1 finding"
                    ),
                    new(
                        "freeze.prove",
                        "Prove that nothing writes any more",
                        4.1,
                        7.2,
                        Verdict.Pass,
                        "150 writes by 6 roles were refused, counters stand still"
                    )
                ),
                Phase(
                    2,
                    "Export data",
                    900,
                    2700,
                    7.2,
                    11.4,
                    new StepTiming(
                        "export.parts",
                        "Export every table from one snapshot",
                        7.2,
                        11.4,
                        Verdict.Pass,
                        "108,962 rows in 31 parts, 9.4 MB"
                    )
                ),
                Phase(
                    3,
                    "Data migration",
                    2700,
                    5400,
                    11.4,
                    31.9,
                    new(
                        "import.rows",
                        "Import every part, then indexes and keys",
                        11.4,
                        18.7,
                        Verdict.Pass,
                        "108,962 rows from 31 parts"
                    ),
                    new(
                        "import.verify",
                        "Compare source and target",
                        18.7,
                        31.9,
                        Verdict.Pass,
                        "226 checks passed, 108,962 rows compared"
                    )
                ),
                Phase(
                    4,
                    "Deploy new system",
                    5400,
                    7200,
                    31.9,
                    35.2,
                    new StepTiming(
                        "deploy.api",
                        "Start the API on the migrated target",
                        31.9,
                        35.2,
                        Verdict.Pass,
                        "the API is ready"
                    )
                ),
                Phase(
                    6,
                    "Final validation",
                    8100,
                    9000,
                    35.2,
                    36.5,
                    new StepTiming(
                        "validate.webhook",
                        "Send a test TTN webhook and see its reading",
                        35.2,
                        36.5,
                        Verdict.Pass,
                        "the test webhook's reading was seen after 0.23 s"
                    )
                ),
            ]
        );

    private static PhaseTiming Phase(
        int number,
        string name,
        double plannedStart,
        double plannedEnd,
        double start,
        double end,
        params StepTiming[] steps
    ) => new(number, name, plannedStart, plannedEnd, start, end, steps);

    private static GateResult Judged() =>
        new(
            Verdict.Fail,
            [
                new(
                    "counts",
                    "all 4 planned tables equal",
                    "4 of 4 tables equal, 108,962 rows compared",
                    Verdict.Pass,
                    "counts: 4 of 4 tables equal."
                ),
                new("ttn_ingestion p95", "< 100 ms", "22 ms", Verdict.Pass, "ttn_ingestion p95 22 ms, limit < 100 ms."),
                new(
                    "readings_24h p95",
                    "< 150 ms",
                    "415.999 ms",
                    Verdict.Fail,
                    "readings_24h p95 415.999 ms, limit < 150 ms."
                ),
                new(
                    "readings_24h p99",
                    "< 300 ms",
                    "431.871 ms",
                    Verdict.Fail,
                    "readings_24h p99 431.871 ms, limit < 300 ms."
                ),
                new(
                    "images",
                    "no stand-ins",
                    "freshtrack/object-store:8c9c35387186 for MinIO",
                    Verdict.Warn,
                    "Not the images of production: freshtrack/object-store:8c9c35387186 for MinIO."
                ),
            ]
        )
        {
            Seal = "9f2c1d7a5be04f6cb1a2",
        };

    private static LoadResult Load() =>
        new("open-model", Start, [Scenario("ttn_ingestion", 22, 0), Scenario("readings_24h", 416, 9)])
        {
            Generator = new GeneratorUse(2, 0.31, 14, 0.042),
        };

    private static ScenarioResult Scenario(string name, double p95, long failed) =>
        new(name, 120, 45, 5400, 5400, 5400 - failed, failed)
        {
            Latency = new Latency(p95 * 0.8, p95 * 0.9, p95, p95 * 1.04, p95 * 1.3, p95 * 0.82),
            ServiceTime = new Latency(p95 * 0.75, p95 * 0.85, p95 * 0.95, p95, p95 * 1.2, p95 * 0.78),
            Outcomes = new Dictionary<string, long> { ["200"] = 5400 - failed, ["504"] = failed },
            ResponseBytes = 596_000_000,
            SentInTime = 5400,
            SchedulingLagP99 = 1.4,
            PerSecond =
            [
                .. Enumerable
                    .Range(0, 45)
                    .Select(second => new SecondResult(
                        second,
                        120,
                        second % 20 == 7 ? failed / 2 : 0,
                        p95 * (0.78 + (second % 5 * 0.01)),
                        second == 30 ? double.NaN : p95 * (0.95 + (second % 7 * 0.02))
                    )),
            ],
            Curve =
            [
                .. new[] { 0, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100 }.Select(
                    (percentile, i) => new CurvePoint(percentile, p95 * (0.6 + (i * 0.07)), p95 * (0.58 + (i * 0.065)))
                ),
            ],
            Parts =
                name == "readings_24h"
                    ? [new RequestPart("page 1", 5400, failed, new Latency(100, 120, 200, 210, 240, 110))]
                    : [],
        };

    private static List<ManifestTable> Tables() =>
        [
            .. new[] { "public.sensor_readings", "public.units", HostileTable }.Select(table => new ManifestTable(
                table,
                table,
                [],
                null,
                null
            )),
        ];

    private static List<ManifestPart> Parts() =>
        [
            new("public.sensor_readings", "public.sensor_readings", 0, "a", 60_000, 11_600_000, 5_200_000, "00"),
            new("public.sensor_readings", "public.sensor_readings", 1, "b", 40_000, 7_700_000, 3_500_000, "01"),
            new("public.units", "public.units", 0, "c", 50, 12_000, 4_100, "02"),
            new(HostileTable, HostileTable, 0, "d", 3, 400, 300, "03"),
        ];

    private static List<CheckResult> Checks() =>
        [
            Count("public.sensor_readings", 100_000, 99_999),
            Count("public.units", 50, 50),
            Count(HostileTable, 3, 3),
            new(
                CheckNames.Contents,
                "public.units",
                Verdict.Fail,
                50,
                2,
                "public.units: 1 row missing, 0 extra, 1 changed.",
                new Differences(
                    1,
                    0,
                    1,
                    [new ColumnDifferences("name", 1), new ColumnDifferences("ttn_api_key_encrypted", 1)],
                    [
                        new RowDifference(DifferenceKind.Missing, "public.units", [new KeyValue("id", HostileKey)], []),
                        new RowDifference(
                            DifferenceKind.Changed,
                            "public.units",
                            [new KeyValue("id", "b5960c33-6dc3-42ef-a219-47bc1e3af804")],
                            [
                                new CellDifference("name", "Freezer <3", null),
                                new CellDifference("ttn_api_key_encrypted", SecretValue, ""),
                            ]
                        ),
                    ]
                ),
                0.4
            ),
            new(
                CheckNames.Orphans,
                "public.units.units_area_id_fkey",
                Verdict.Pass,
                50,
                0,
                "Every reference of 50 rows is met.",
                null,
                0.1
            ),
        ];

    private static CheckResult Count(string table, long source, long target) =>
        new(
            CheckNames.Counts,
            table,
            source == target ? Verdict.Pass : Verdict.Fail,
            source,
            Math.Abs(source - target),
            source == target
                ? $"Both sides have {source} rows."
                : $"{table}: the source has {source} rows, the target {target}.",
            null,
            0.1
        )
        {
            Sides = new SideRows(source, target),
        };
}
