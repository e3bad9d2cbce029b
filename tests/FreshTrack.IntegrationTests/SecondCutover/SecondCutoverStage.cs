using FreshTrack.Clients.StackAuth;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Source;
using FreshTrack.IntegrationTests.Fixtures;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.IntegrationTests.StackAuth;
using FreshTrack.Migration;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.SecondCutover;

/// <summary>The product's own source, target, Stack Auth and folder of runs, moved once and to be moved
/// again.</summary>
internal sealed class SecondCutoverStage : IAsyncDisposable
{
    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;
    private readonly HttpClient http;
    private readonly StackAuthClient stackAuth;

    private SecondCutoverStage(Move move, StackAuthProject project, string planText)
    {
        (Move, Project, PlanText) = (move, project, planText);
        http = new HttpClient { BaseAddress = project.Http.BaseAddress };
        stackAuth = new StackAuthClient(http, StackAuthProject.Id, StackAuthProject.ServerKey);
        Earlier = new EarlierNight(runs, PlanFile.Parse(planText, "plan.yaml"));
    }

    public Move Move { get; }

    public StackAuthProject Project { get; }

    public EarlierNight Earlier { get; }

    public string PlanText { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<SecondCutoverStage> CreateAsync(Servers servers)
    {
        var move = await Move.CreateAsync(servers, "select 1", "select 1", Token);
        await SourceDatabase.CreateAsync(move.SourceAdministrator, Token);
        await SourceFiller.FillAsync(
            move.SourceAdministrator,
            FixtureScale.Smoke,
            1,
            FilledSource.Epoch,
            progress: null,
            Token
        );
        // An idle session reports up to ten seconds late what it wrote, which would look like a write after the freeze.
        move.SourceAdministrator.Clear();
        await move.Target.CreateTargetAsync(Token);
        return new SecondCutoverStage(
            move,
            await StackAuthProject.StartAsync(),
            await SourceDatabase.ReadPlanAsync(Token)
        );
    }

    /// <summary>Preflight, freeze, export, users and import, under the id of a run.</summary>
    public async Task<MoveResult> MoveAsync(
        string runId,
        IProgress<MoveProgress>? progress = null,
        CancellationToken? stop = null
    )
    {
        var plan = await Move.PreflightAsync(PlanText, Token);
        return await MoveSlice.RunAsync(
            On.Servers(Move.Source, Move.Target, Move.Store, stackAuth),
            TimeProvider.System,
            plan,
            new MoveOptions(runId) { Workers = 2 },
            progress,
            stop ?? Token
        );
    }

    /// <summary>The old system takes writes again.</summary>
    public Task LiftAsync() =>
        new Freeze(Move.Source, PlanFile.Parse(PlanText, "plan.yaml"), TimeProvider.System).LiftAsync(Token);

    /// <summary>A step of a final check that begins now.</summary>
    public async Task<StepResult> TakeAsync(StepAction step)
    {
        using var evidence = EvidenceFolder.Create(runs, "final-check", TimeProvider.System.GetUtcNow());
        var run = new RunContext(
            On.Servers(Move.Source, Move.Target, Move.Store, stackAuth),
            PlanFile.Parse(PlanText, "plan.yaml"),
            evidence,
            TimeProvider.System
        );
        return await step(run, new Progress<StepProgress>(), Token);
    }

    public async Task VerifyAsync()
    {
        var verified = await TakeAsync(VerifySteps.VerifyAsync);
        Assert.True(verified.Verdict is Verdict.Pass or Verdict.Warn, verified.Summary);
    }

    public Task<List<string>> TargetAsync(string sql) => Move.RowsAsync(Move.Target, sql, Token);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Project.DisposeAsync();
        await Move.DisposeAsync();
        Directory.Delete(runs, recursive: true);
    }
}
