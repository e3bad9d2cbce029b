using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Gating;
using FreshTrack.Verification;

namespace FreshTrack.UnitTests.Cutover;

/// <summary>The sealed folder of a small rehearsal that passes, as it lies on a disk.</summary>
internal static class StoredRun
{
    public const string PlanText = "version: 1\ntables:\n  - source: public.units\n    target: public.units\n";

    public static readonly DateTimeOffset Start = new(2026, 1, 15, 2, 0, 0, TimeSpan.Zero);

    public static MigrationPlan Plan { get; } = PlanFile.Parse(PlanText, "plan.yaml");

    /// <param name="runs">Holds the folder of the run.</param>
    /// <param name="spoil">Changes the folder before it is sealed.</param>
    /// <returns>The run's folder.</returns>
    public static async Task<string> CreateAsync(string runs, Action<string>? spoil = null)
    {
        var token = TestContext.Current.CancellationToken;
        using var evidence = EvidenceFolder.Create(runs, "rehearsal", Start);
        await evidence.WriteTextAsync("plan.yaml", PlanText, token);
        await evidence.WriteJsonAsync(
            "run",
            new RunDescription(evidence.RunId, "rehearsal", Start)
            {
                EndedAt = Start.AddMinutes(5),
                Commit = "c0ffee",
                CleanTree = true,
                PlanHash = Plan.Hash,
                Environment = "stage",
                Machine = "2 cores",
            },
            token
        );
        await evidence.WriteJsonAsync("runbook", GoodRun.Planning, token);
        await evidence.WriteJsonAsync("timeline", GoodRun.Steps() with { StartedAt = Start }, token);
        await evidence.WriteJsonAsync(
            "verification",
            new VerificationResult(Start, [Check(CheckNames.Contents), Check(CheckNames.Counts)]),
            token
        );
        await evidence.WriteJsonAsync(
            "load",
            new LoadResult("open-model", Start, [GoodRun.Result() with { PerSecond = [] }]),
            token
        );
        await evidence.WriteJsonAsync("baseline", new Baselines([]), token);
        await evidence.WriteTextAsync("logs/api.log", "ready\n", token);
        spoil?.Invoke(evidence.Path);
        await Seal.WriteAsync(evidence.Path, token);
        return evidence.Path;
    }

    public static async Task<RunReport> JudgeAsync(string folder, Policy policy)
    {
        var token = TestContext.Current.CancellationToken;
        return await JudgedRun.WriteAsync(await RunEvidence.ReadAsync(folder, token), policy, token);
    }

    /// <summary>Replaces a text that a file of the folder holds, wherever it holds it.</summary>
    public static void Replace(string path, string right, string wrong)
    {
        var text = File.ReadAllText(path);
        Assert.Contains(right, text);
        File.WriteAllText(path, text.Replace(right, wrong));
    }

    private static CheckResult Check(string name) => new(name, "public.units", Verdict.Pass, 10, 0, "equal", null, 0.1);
}
