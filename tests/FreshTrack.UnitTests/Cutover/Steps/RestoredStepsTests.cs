using System.Text.Json;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Gating;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Cutover;

/// <summary>What a later process finds of steps that passed.</summary>
public sealed class RestoredStepsTests : IAsyncLifetime
{
    private readonly CutoverEnvironment environment = new("test", EnvironmentKind.Stage);
    private readonly EvidenceFolder evidence = EvidenceFolder.CreateTemporary("cutover", DateTimeOffset.UnixEpoch);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        evidence.Dispose();
        await environment.DisposeAsync();
    }

    [Fact]
    public async Task Declarations_that_were_read_after_the_import_stay_in_the_evidence()
    {
        await evidence.WriteJsonAsync("declarations", new DeclarationReport(GoodRun.Declared, GoodRun.Declared), Token);
        var output = JsonSerializer.SerializeToNode(new DeclarationOutput(GoodRun.Declared), EvidenceJson.Options);

        var restored = await DeclarationSteps.RestoreAsync(NewRun(), output, Token);

        Assert.Equal(Verdict.Pass, restored.Verdict);
        var text = await File.ReadAllTextAsync(evidence.PathOf("declarations.json"), Token);
        Assert.NotNull(EvidenceJson.Deserialize<DeclarationReport>(text).After);
    }

    [Fact]
    public async Task A_verification_that_passed_is_read_and_not_repeated()
    {
        await evidence.WriteJsonAsync("verification", GoodRun.Evidence.Verification!, Token);
        var run = NewRun();

        var restored = await VerifySteps.RestoreAsync(run, output: null, Token);

        Assert.Equal(Verdict.Pass, restored.Verdict);
        Assert.Equal(Verdict.Pass, run.Verification.Value.Verdict);
    }

    [Fact]
    public async Task A_verification_whose_file_is_gone_has_not_passed() =>
        Assert.Equal(Verdict.Inconclusive, (await VerifySteps.RestoreAsync(NewRun(), output: null, Token)).Verdict);

    private RunContext NewRun() => new(environment, GoodRun.Evidence.Plan, evidence, new FakeTimeProvider());
}
