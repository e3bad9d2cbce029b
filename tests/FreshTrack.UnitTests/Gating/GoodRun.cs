using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;
using FreshTrack.Verification;
using FreshTrack.Verification.Declarations;

namespace FreshTrack.UnitTests.Gating;

/// <summary>Evidence that passes; tests spoil one thing of it.</summary>
internal static class GoodRun
{
    public static Policy Limits { get; } =
        PolicyFile.Parse(
            """
            version: 1
            counts:    { mismatch: fail }
            contents:  { mismatch: fail }
            integrity: { orphans: 0, invalid_uuids: 0, broken_hash_chain: 0, future_timestamps: 0 }
            latency:
              - { scenario: ttn_ingestion, p95_ms: 100, p99_ms: 250, error_rate: 0.05, min_requests: 2000 }
              - { scenario: readings_24h,  p95_ms: 150, p99_ms: 300, error_rate: 0.05, min_requests: 2000 }
            baseline:  { runs: 5, p95_worse: 0.50 }
            cutover:
              rehearsal_max_age: 24:00:00
              tolerated_stand_ins: [MinIO]
              tolerated_left_out: [traffic.dns]
              tolerated_findings: [user-banned]
            """,
            "policy.yaml"
        );

    /// <summary>A step as a runbook plans it.</summary>
    public static PlannedStep Step(string id, string title) => new(id, title);

    public static PlannedRunbook Planning { get; } =
        new(
            "rehearsal",
            [
                new(1, "Freeze", 0, 15, [Step("freeze.preflight", "Check the plan"), Step("freeze.prove", "Prove it")]),
                new(
                    2,
                    "Move",
                    15,
                    30,
                    [Step("import.rows", "Import"), Step("import.verify", "Compare source and target")]
                ),
            ]
        );

    public static RunEvidence Evidence { get; } =
        new("/evidence", new string('0', 64), Run(), Plan())
        {
            Verification = Verified(
                Check("counts", "public.units", 50),
                Check("counts", "public.hubs", 0),
                Check("contents", "public.units", 50),
                Check("contents", "public.hubs", 0),
                Check("orphans", "public.units_area_id_fkey", 50),
                Check("invalid_uuids", "public.units", 50),
                Check("broken_hash_chain", "public.event_logs", 500),
                Check("future_timestamps", "public.units", 50),
                Check("sequences", "public.counter", 1)
            ),
            Load = Loaded(),
            Baselines = new Baselines([]),
            Runbook = Planning,
            Timeline = Steps(),
        };

    public static IReadOnlyList<Declaration> Declared { get; } =
    [
        new(DeclarationKind.Constraint, "public.units", "units_pkey", "PRIMARY KEY (id)"),
        new(DeclarationKind.Index, "public.units", "units_pkey", "UNIQUE USING btree (id)"),
    ];

    /// <summary>The good evidence of a run that had all that a run may have.</summary>
    public static RunEvidence Whole { get; } =
        WithAllSteps() with
        {
            Declarations = new DeclarationReport(Declared, Declared),
            Preflight = new PreflightReport(
                Verdict.Warn,
                [new Finding("user-banned", Verdict.Warn, "auth.users.banned_until", "banned users", 2)]
            ),
            Rollback = new RollbackReport(RollbackWay.Return, "run", DateTimeOffset.UnixEpoch)
            {
                Seconds = 41,
                Repeated = [],
            },
        };

    /// <summary>The plan of the run with other entries.</summary>
    public static MigrationPlan Planned(IReadOnlyList<TablePlan> tables) =>
        new(tables, Evidence.Plan.Leave) { Hash = Evidence.Plan.Hash };

    public static IReadOnlyList<CheckResult> Checks => Evidence.Verification!.Checks;

    public static CheckResult Check(
        string check,
        string subject,
        long rows,
        Verdict verdict = Verdict.Pass,
        long violations = 0
    ) =>
        new(
            check,
            subject,
            verdict,
            rows,
            violations,
            verdict == Verdict.Pass ? "All equal." : "Something is wrong.",
            Differences: null,
            DurationSeconds: 0.1
        );

    public static VerificationResult Verified(params IReadOnlyList<CheckResult> checks) =>
        new(DateTimeOffset.UnixEpoch, checks);

    public static Baselines Earlier(params IEnumerable<LoadResult> loads) =>
        new([.. loads.Select((load, i) => new Baseline($"run-{i}", load))]);

    /// <summary>Every step of the runbook; the first ones came to the given verdicts, the others passed.</summary>
    public static Timeline Steps(params Verdict[] verdicts) => Until(int.MaxValue, verdicts);

    /// <summary>The timeline without its last steps.</summary>
    public static Timeline Until(int steps, params Verdict[] verdicts)
    {
        var left = Enumerable
            .Range(0, Planning.Phases.Sum(phase => phase.Steps.Count))
            .Select(i => i < verdicts.Length ? verdicts[i] : Verdict.Pass)
            .Take(steps);
        return Of(Planning, new Queue<Verdict>(left));
    }

    /// <summary>A run that did what the runbook plans; the steps came to the verdicts.</summary>
    private static Timeline Of(PlannedRunbook runbook, Queue<Verdict> verdicts) =>
        new(
            DateTimeOffset.UnixEpoch,
            [
                .. runbook
                    .Phases.TakeWhile(_ => verdicts.Count > 0)
                    .Select(phase => new PhaseTiming(
                        phase.Number,
                        phase.Name,
                        phase.PlannedStart,
                        phase.PlannedEnd,
                        0,
                        14,
                        [
                            .. phase
                                .Steps.TakeWhile(_ => verdicts.Count > 0)
                                .Select(step => new StepTiming(
                                    step.Id,
                                    step.Title,
                                    0,
                                    14,
                                    verdicts.Dequeue(),
                                    "Said so."
                                )),
                        ]
                    )),
            ]
        );

    /// <summary>The good evidence with one check replaced by others.</summary>
    public static RunEvidence With(string check, params CheckResult[] results) =>
        Evidence with
        {
            Verification = Verified([.. Checks.Where(item => item.Check != check), .. results]),
        };

    public static RunEvidence With(ScenarioResult result) =>
        Evidence with
        {
            Load = Evidence.Load! with
            {
                Scenarios = [.. Evidence.Load.Scenarios.Where(item => item.Scenario != result.Scenario), result],
            },
        };

    public static ScenarioResult Result(
        string scenario = "readings_24h",
        long requests = 2640,
        long failed = 0,
        double p95 = 40,
        double? p99 = null
    ) =>
        new(scenario, 120, 22, requests, requests, requests - failed, failed)
        {
            Latency = Ascending(p95, p99),
            ServiceTime = Ascending(p95, p99),
            OkLatency = Ascending(p95, p99),
            Outcomes = new Dictionary<string, long> { ["200"] = requests - failed, ["500"] = failed },
            SentInTime = requests,
            PerSecond = [.. Enumerable.Range(0, 22).Select(second => new SecondResult(second, 120, 0, 10, p95))],
        };

    public static LoadResult Loaded(double p95 = 40) =>
        new(
            "open-model",
            DateTimeOffset.UnixEpoch,
            [Result("ttn_ingestion", p95: p95), Result("readings_24h", p95: p95)]
        );

    /// <summary>Judges evidence of which one thing is spoilt: its line and the whole come to the verdict.</summary>
    public static void Expect(string what, RunEvidence evidence, string criterion, Verdict expected)
    {
        var gate = Gate.Judge(evidence, Limits);
        var line = gate.Criteria.Single(line => line.Name == criterion);
        Assert.True(line.Verdict == expected, $"{what}: {line.Verdict}, {line.Reason}");
        Assert.True(gate.Verdict == expected, $"{what}: the gate says {gate.Verdict}");
    }

    private static RunEvidence WithAllSteps()
    {
        var runbook = Planning with
        {
            Phases =
            [
                .. Planning.Phases,
                new(5, "Traffic", 30, 40, [Step("traffic.dns", "Move DNS") with { Absent = "it comes later" }]),
                new(
                    6,
                    "Validate",
                    40,
                    45,
                    [Step("canary.sign_in", "Sign in"), Step("canary.breach", "Raise an alert")]
                ),
                new(8, "Way back", 45, 60, [Step("return.apply", "Apply the difference")]),
            ],
        };
        var due = runbook with { Phases = [.. runbook.Phases.Where(phase => phase.Number != 5)] };
        var steps = due.Phases.Sum(phase => phase.Steps.Count);
        return Evidence with
        {
            Runbook = runbook,
            Timeline = Of(due, new Queue<Verdict>(Enumerable.Repeat(Verdict.Pass, steps))),
        };
    }

    private static RunDescription Run() =>
        new("19700101T000000.000Z-rehearsal", "rehearsal", DateTimeOffset.UnixEpoch)
        {
            EndedAt = DateTimeOffset.UnixEpoch.AddMinutes(15),
            Commit = "c0ffee",
            CleanTree = true,
            PlanHash = Plan().Hash,
            Environment = "stage",
            Machine = "2 cores",
        };

    private static MigrationPlan Plan() =>
        PlanFile.Parse(
            """
            version: 1
            tables:
              - source: public.units
              - source: public.hubs
                may_be_empty: true
            """,
            "plan.yaml"
        );

    /// <summary>A distribution around two of its percentiles.</summary>
    private static Latency Ascending(double p95, double? p99) =>
        new(p95 / 4, p95 / 2, p95, p99 ?? p95 * 1.5, 2 * Math.Max(p95, p99 ?? 0), p95 / 3);
}
