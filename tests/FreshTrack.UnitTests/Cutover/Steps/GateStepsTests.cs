using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Gating;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Cutover;

public sealed class GateStepsTests : IAsyncLifetime
{
    private const string Policy = """
        version: 1
        counts:    { mismatch: fail }
        contents:  { mismatch: fail }
        integrity: { orphans: 0 }
        latency:
          - { scenario: readings_24h, p95_ms: 150, p99_ms: 300, error_rate: 0.05, min_requests: 2000 }
        """;

    private readonly CutoverEnvironment environment = new("test", EnvironmentKind.Stage);
    private readonly EvidenceFolder evidence = EvidenceFolder.CreateTemporary("cutover", DateTimeOffset.UnixEpoch);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await evidence.WriteTextAsync("policy.yaml", Policy, Token);
        await evidence.WriteJsonAsync("verification", GoodRun.Evidence.Verification!, Token);
        await evidence.WriteJsonAsync("declarations", new DeclarationReport(GoodRun.Declared, GoodRun.Declared), Token);
    }

    public async ValueTask DisposeAsync()
    {
        evidence.Dispose();
        await environment.DisposeAsync();
    }

    [Fact]
    public async Task Data_that_pass_let_the_cutover_go_on_and_leave_the_verdict()
    {
        Assert.Equal(
            StepResult.Pass("the data passed all 8 lines: counts, contents, integrity and declarations"),
            await JudgeAsync()
        );
        var file = await File.ReadAllTextAsync(evidence.PathOf("gate-data.json"), Token);
        Assert.Equal(Verdict.Pass, EvidenceJson.Deserialize<GateResult>(file).Verdict);
    }

    [Fact]
    public async Task Data_that_fail_stop_the_cutover_with_every_line_that_did_not_pass()
    {
        var spoilt = GoodRun.With("counts", GoodRun.Check("counts", "public.units", 50, Verdict.Fail, 1));
        await evidence.WriteJsonAsync("verification", spoilt.Verification!, Token);
        await evidence.WriteJsonAsync("declarations", new DeclarationReport(GoodRun.Declared, After: null), Token);

        var result = await JudgeAsync();

        Assert.Equal((Verdict.Fail, 2), (result.Verdict, result.Verdict.ExitCode()));
        Assert.StartsWith("Fail: counts: public.units: Something is wrong", result.Summary);
        Assert.EndsWith(
            "; Inconclusive: declarations: the target was not read after the import; run the import's steps again",
            result.Summary
        );
        Assert.Contains("\"Fail\"", await File.ReadAllTextAsync(evidence.PathOf("gate-data.json"), Token));
    }

    [Fact]
    public async Task A_run_without_a_policy_or_without_a_comparison_is_not_let_on()
    {
        File.Delete(evidence.PathOf("verification.json"));
        Assert.Equal(Verdict.Inconclusive, (await JudgeAsync()).Verdict);

        File.Delete(evidence.PathOf("policy.yaml"));
        var result = await JudgeAsync();
        Assert.Equal(Verdict.Inconclusive, result.Verdict);
        Assert.Contains("policy.yaml", result.Summary);
    }

    [Fact]
    public async Task Evidence_that_was_edited_is_refused()
    {
        StoredRun.Replace(evidence.PathOf("verification.json"), "\"Pass\"", "\"Passed\"");

        await Assert.ThrowsAsync<RefusedException>(JudgeAsync);
    }

    private Task<StepResult> JudgeAsync() =>
        GateSteps.JudgeDataAsync(
            new RunContext(environment, GoodRun.Evidence.Plan, evidence, new FakeTimeProvider()),
            new Progress<StepProgress>(),
            Token
        );
}
