using System.Text.Json;
using System.Text.Json.Nodes;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>The target's declarations around a real import, which drops and rebuilds many of them.</summary>
public sealed class DeclarationStepsTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_puts_back_everything_that_it_took_off()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        using var evidence = NewEvidence();
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        var run = NewRun(move, plan, evidence);
        Assert.Equal(Verdict.Pass, (await BeforeAsync(run)).Verdict);

        await move.RunAsync(plan, null, Token);

        var after = await AfterAsync(run);
        Assert.True(after.Verdict == Verdict.Pass, after.Summary);
        Assert.NotNull((await ReadAsync(evidence)).After);
    }

    [Fact]
    public async Task A_resumed_import_is_compared_with_the_first_list_and_not_with_indexes_that_are_off()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        using var evidence = NewEvidence();
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        var first = NewRun(move, plan, evidence);
        await BeforeAsync(first);
        await CutOffAsync(move, plan);
        Assert.NotEmpty(await Move.RowsAsync(move.Target, "select name from migration.deferred", Token));

        var resumed = NewRun(move, plan, evidence);
        var before = await BeforeAsync(resumed);

        Assert.Equal(Verdict.Pass, before.Verdict);
        Assert.Equal(first.Declarations.Value.Count, resumed.Declarations.Value.Count);
        var open = await AfterAsync(resumed);
        Assert.Equal(Verdict.Fail, open.Verdict);
        Assert.Contains("is missing", open.Summary);
        await move.RunAsync(plan, null, Token);
        var after = await AfterAsync(resumed);
        Assert.True(after.Verdict == Verdict.Pass, after.Summary);
    }

    [Fact]
    public async Task Another_run_does_not_take_a_target_without_its_indexes_for_a_whole_one()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        await CutOffAsync(move, plan);
        using var evidence = NewEvidence();

        var before = await BeforeAsync(NewRun(move, plan, evidence));

        Assert.Equal(Verdict.Inconclusive, before.Verdict);
        Assert.Contains("are off since an import that has not ended", before.Summary);
        Assert.False(File.Exists(evidence.PathOf("declarations.json")));
    }

    [Fact]
    public async Task The_journals_output_brings_the_list_to_another_machine()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        using var evidence = NewEvidence();
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        var before = await BeforeAsync(NewRun(move, plan, evidence));
        var output = JsonNode.Parse(JsonSerializer.Serialize(before.Output, EvidenceJson.Line));
        using var elsewhere = NewEvidence();
        var run = NewRun(move, plan, elsewhere);

        var restored = await DeclarationSteps.RestoreAsync(run, output, Token);

        Assert.Equal(Verdict.Pass, restored.Verdict);
        Assert.Equal(
            EvidenceJson.Serialize("declarations", await ReadAsync(evidence)),
            EvidenceJson.Serialize("declarations", await ReadAsync(elsewhere))
        );
        await Assert.ThrowsAsync<RefusedException>(() => DeclarationSteps.RestoreAsync(run, null, Token));
    }

    [Fact]
    public async Task A_trigger_that_is_off_before_the_import_fails_at_once()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        using var evidence = NewEvidence();
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        await Move.ExecuteAsync(
            move.Target,
            """
            create function note() returns trigger language plpgsql as 'begin return new; end';
            create trigger note before insert on people for each row execute function note();
            alter table people disable trigger note
            """,
            Token
        );

        var before = await BeforeAsync(NewRun(move, plan, evidence));

        Assert.Equal(Verdict.Fail, before.Verdict);
        Assert.StartsWith("trigger public.people.note is disabled. An import does not repair that", before.Summary);
    }

    private static async Task CutOffAsync(Move move, ResolvedPlan plan)
    {
        using var cut = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            move.RunAsync(plan, new Cutter("import", after: 4, cut), cut.Token)
        );
    }

    private static EvidenceFolder NewEvidence() =>
        EvidenceFolder.CreateTemporary("cutover", TimeProvider.System.GetUtcNow());

    private static RunContext NewRun(Move move, ResolvedPlan plan, EvidenceFolder evidence) =>
        new(On.Servers(move.Source, move.Target, move.Store, move.StackAuth), plan.Plan, evidence, TimeProvider.System);

    private static Task<StepResult> BeforeAsync(RunContext run) =>
        DeclarationSteps.BeforeAsync(run, new Progress<StepProgress>(), Token);

    private static Task<StepResult> AfterAsync(RunContext run) =>
        DeclarationSteps.AfterAsync(run, new Progress<StepProgress>(), Token);

    private static async Task<DeclarationReport> ReadAsync(EvidenceFolder evidence) =>
        EvidenceJson.Deserialize<DeclarationReport>(
            await File.ReadAllTextAsync(evidence.PathOf("declarations.json"), Token)
        );
}
