using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Rollback;

internal delegate Task<StepResult> ReturnStep(
    RunContext run,
    IProgress<StepProgress> progress,
    CancellationToken cancellationToken
);

/// <summary>A moved and verified source and target of one test, and the steps that lead back.</summary>
internal sealed class ReturnStage : IAsyncDisposable
{
    /// <summary>In the order in which a rollback takes them.</summary>
    public static readonly IReadOnlyList<ReturnStep> Steps =
    [
        ReturnUserSteps.ReleaseUsersAsync,
        ReturnUserSteps.CreateUsersAsync,
        ReturnRowSteps.CompareAsync,
        ReturnRowSteps.ApplyAsync,
        ReturnRowSteps.RepeatAsync,
    ];

    private readonly EvidenceFolder evidence = EvidenceFolder.CreateTemporary(
        "rollback",
        TimeProvider.System.GetUtcNow()
    );

    private ReturnStage(Move move, MigrationPlan plan, SupabaseAuthClient? auth)
    {
        Move = move;
        Run = new RunContext(
            new CutoverEnvironment("test", EnvironmentKind.Stage)
            {
                Source = move.Source,
                Target = move.Target,
                ObjectStore = move.Store,
                SupabaseAuth = auth,
            },
            plan,
            evidence,
            TimeProvider.System
        );
    }

    public Move Move { get; }

    public RunContext Run { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Moves what is in the source, and verifies it.</summary>
    public static async Task<ReturnStage> OfAsync(Move move, string plan, SupabaseAuthClient? auth = null)
    {
        var resolved = await move.PreflightAsync(plan, Token);
        await move.RunAsync(resolved, null, Token);
        var stage = new ReturnStage(move, resolved.Plan, auth);
        var verified = await VerifySteps.VerifyAsync(stage.Run, new Progress<StepProgress>(), Token);
        Assert.True(verified.Verdict is Verdict.Pass or Verdict.Warn, verified.Summary);
        return stage;
    }

    public static async Task<ReturnStage> StrangeAsync(Servers servers) =>
        await OfAsync(
            await Move.CreateAsync(servers, StrangeSchema.Source, StrangeSchema.Target, Token),
            StrangeSchema.Plan
        );

    /// <summary>Another process of the same rollback: nothing is in memory but that verification passed.</summary>
    public void Restart()
    {
        var run = new RunContext(Run.Environment, Run.Plan, evidence, TimeProvider.System);
        run.Verification.Set(Run.Verification.Value);
        Run = run;
    }

    /// <summary>A process that has no verification at hand.</summary>
    public RunContext Unverified() => new(Run.Environment, Run.Plan, evidence, TimeProvider.System);

    public Task<StepResult> TakeAsync(ReturnStep step, IProgress<StepProgress>? progress = null) =>
        step(Run, progress ?? new Progress<StepProgress>(), Token);

    /// <summary>Every step, each of which has to pass.</summary>
    public async Task<RollbackReport> ReturnAsync()
    {
        foreach (var step in Steps)
        {
            var result = await TakeAsync(step);
            Assert.True(result.Verdict == Verdict.Pass, $"{step.Method.Name}: {result.Verdict}: {result.Summary}");
        }

        return await ReportAsync();
    }

    public async Task<RollbackReport> ReportAsync() =>
        EvidenceJson.Deserialize<RollbackReport>(await File.ReadAllTextAsync(evidence.PathOf("rollback.json"), Token));

    /// <summary>A person writes on the new side.</summary>
    public Task OnTargetAsync(string sql) => Move.ExecuteAsync(Move.Target, sql, Token);

    /// <summary>Past the freeze, as only a test may.</summary>
    public Task OnSourceAsync(string sql) =>
        Move.ExecuteAsync(
            Move.SourceAdministrator,
            $"""
            begin; set local transaction_read_only = off;
            do $$ declare t record; begin for t in select tgrelid::regclass as name, tgname from pg_trigger
              where tgname like 'freshtrack%' and tgparentid = 0
              loop execute format('alter table %s disable trigger %I', t.name, t.tgname); end loop; end $$;
            {sql};
            do $$ declare t record; begin for t in select tgrelid::regclass as name, tgname from pg_trigger
              where tgname like 'freshtrack%' and tgparentid = 0
              loop execute format('alter table %s enable always trigger %I', t.name, t.tgname); end loop; end $$;
            commit
            """,
            Token
        );

    public Task<List<string>> SourceRowsAsync(string sql) => Move.RowsAsync(Move.Source, sql, Token);

    /// <summary>The verifier's own verdict on the contents of both sides.</summary>
    public async Task AreEqualAsync()
    {
        var result = await Verifier.RunAsync(
            new VerificationRequest(Run.Plan, Move.Source, Move.Target),
            progress: null,
            Token
        );
        Assert.DoesNotContain(
            result.Checks,
            check => check.Check is CheckNames.Contents or CheckNames.Counts && check.Verdict != Verdict.Pass
        );
    }

    public async ValueTask DisposeAsync()
    {
        evidence.Dispose();
        await Move.DisposeAsync();
    }
}
