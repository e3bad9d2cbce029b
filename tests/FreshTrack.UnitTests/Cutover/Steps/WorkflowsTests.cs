using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Plan;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Cutover;

public sealed class WorkflowsTests : IDisposable
{
    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;
    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public async Task Workflows_that_no_rehearsal_tried_are_warned_of()
    {
        Assert.Contains("no rehearsal", (await AskAsync()).Summary);

        await RehearsalAsync("20260113T000000.000Z-rehearsal", Verdict.Pass, CanaryRunbook.Smoke);
        var tried = await AskAsync();
        await RehearsalAsync("20260114T000000.000Z-rehearsal", Verdict.Pass, CanaryRunbook.Smoke.Skip(1));
        var notAll = await AskAsync();
        await RehearsalAsync("20260115T000000.000Z-rehearsal", Verdict.Fail, CanaryRunbook.Smoke);
        var failed = await AskAsync();

        Assert.Equal(Verdict.Pass, tried.Verdict);
        Assert.Equal(Verdict.Warn, notAll.Verdict);
        Assert.Contains($"did not pass {CanaryRunbook.Smoke[0]};", notAll.Summary);
        Assert.Equal(Verdict.Warn, failed.Verdict);
    }

    private async Task<StepResult> AskAsync()
    {
        using var evidence = EvidenceFolder.Create(runs, "prepare", clock.GetUtcNow());
        clock.Advance(TimeSpan.FromSeconds(1));
        var run = new RunContext(
            new CutoverEnvironment("test", EnvironmentKind.Stage),
            Given.Plan("source: units"),
            evidence,
            clock
        );
        return await ReachSteps.WorkflowsAsync(run, new Reports<StepProgress>(_ => { }), Token);
    }

    private async Task RehearsalAsync(string id, Verdict verdict, IEnumerable<string> steps)
    {
        using var evidence = EvidenceFolder.Open(runs, id);
        await evidence.WriteJsonAsync(
            "timeline",
            new Timeline(
                clock.GetUtcNow(),
                [
                    new PhaseTiming(
                        6,
                        "Final validation",
                        0,
                        60,
                        0,
                        60,
                        [.. steps.Select(step => new StepTiming(step, step, 0, 1, verdict, ""))]
                    ),
                ]
            ),
            Token
        );
    }
}
