using FreshTrack.Build.Screen;
using FreshTrack.Build.Stages;
using FreshTrack.Cutover.Board;
using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.States;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Rehearsals;

/// <summary>A run of the whole runbook on a stage of its own, with the injected fault as a step and the load as the
/// last
/// phase; judged by the gate. A load test alone is its first four phases and the load.</summary>
public sealed class Rehearsal(RehearsalOptions options, IAnsiConsole console, TimeProvider clock)
{
    private readonly RunObservers observers = new(clock, new RunScreen(console));
    private StageSetup? stage;
    private RunDescription? description;

    /// <returns>The judged run; its verdict is the caller's exit code.</returns>
    /// <exception cref="RefusedException">Something that was asked for or is needed is missing; nothing was
    /// moved.</exception>
    public async Task<RunReport> RunAsync(CancellationToken cancellationToken)
    {
        var inputs = await ReadInputsAsync(cancellationToken);
        var policy = inputs.Policy!;
        var runbook = Faulty(Whole).Append(Load(policy).Phase).Then(Here(RollbackRunbook.Return));
        var board = new LiveBoard($"rehearsal · stage · {options.Scale.Name}", runbook.Phases, clock)
        {
            AsksPeople = false,
        };
        observers.Add(board);
        await using var server = options.BoardPort is { } port
            ? await BoardServer.StartAsync(board, port, clock, cancellationToken)
            : null;
        if (server is not null)
        {
            observers.Note($"Board: {server.Address}");
        }

        BoardPictures? pictures = null;
        return await OnStageAsync(
            inputs,
            "rehearsal",
            runbook,
            evidence => observers.Add(pictures = new BoardPictures(board, evidence)),
            async (session, end) =>
            {
                // A step that threw is judged too: what was proven until then, and what was not, is in the report.
                var report = await session.JudgeAsync(options.Runs, policy, pictures, CancellationToken.None);
                if (end.Failure is not null)
                {
                    VerdictScreen.Show(console, report);
                    end.Failure.Throw();
                }

                return report;
            },
            cancellationToken
        );
    }

    /// <summary>The phases that a load needs, and the load; no gate judges more than its limits.</summary>
    /// <exception cref="TargetFailedException">A limit was missed or nothing was proven; the exit code says
    /// which.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var inputs = await ReadInputsAsync(cancellationToken);
        var runbook = Whole.WithoutStack().Until(CutoverRunbook.DeployPhase).Append(Load(inputs.Policy!).Phase);
        await OnStageAsync(
            inputs,
            "load",
            runbook,
            _ => { },
            (_, end) =>
            {
                end.Failure?.Throw();
                return end.Verdict is Verdict.Pass or Verdict.Warn
                    ? Task.FromResult(end)
                    : throw new TargetFailedException(
                        end.Verdict.ExitCode(),
                        $"{end.Verdict}: {end.Timeline.Stopped?.Summary ?? "the load was not reached"}"
                    );
            },
            cancellationToken
        );
    }

    // A stage's containers run on this machine, which is no server of production.
    private Runbook Whole => Here(CutoverRunbook.Whole.WithoutServer());

    private Runbook Here(Runbook runbook) => options.HasStack ? runbook : runbook.WithoutStack();

    private Task<RunInputs> ReadInputsAsync(CancellationToken cancellationToken) =>
        RunInputs.ReadAsync(options.RepositoryRoot, options.PlanPath, options.PolicyPath, cancellationToken);

    private LoadPhase Load(Policy policy) =>
        new(options, policy.Latency, observers, console, () => stage)
        {
            SlowerAsync = async (load, cancellationToken) =>
                description is null || options.Fault is not null
                    ? []
                    : Gate.SlowerThanBefore(
                        load,
                        await Baselines.CollectAsync(options.Runs, description, policy, cancellationToken),
                        policy
                    ),
        };

    private Runbook Faulty(Runbook runbook) =>
        options.Fault is { TargetSql: not null } fault
            ? runbook.InsertAfter(CutoverRunbook.IndexWebhooks, fault.AsStep())
            : runbook;

    private async Task<T> OnStageAsync<T>(
        RunInputs inputs,
        string kind,
        Runbook runbook,
        Action<EvidenceFolder> begun,
        Func<RunSession, RunEnd, Task<T>> finish,
        CancellationToken cancellationToken
    )
    {
        var images = await ImageSet.ReadAsync(
            options.RepositoryRoot,
            runbook.StartsStack ? ImageCatalog.WholeStage : ImageCatalog.Stage,
            cancellationToken
        );
        using var evidence = EvidenceFolder.Create(options.Runs, kind, clock.GetUtcNow());
        observers.Add(new PhaseLogs(evidence, clock));
        begun(evidence);
        var request = new StageRequest(
            evidence.RunId,
            options.Artifacts,
            PracticeStage.FolderOf(options.Artifacts, evidence.RunId),
            images,
            options.Scale,
            options.Seed
        )
        {
            Epoch = FixtureClock.HourOf(clock.GetUtcNow()),
            Keep = options.Keep,
            StackOf = runbook.StartsStack ? options.RepositoryRoot : null,
        };
        await using var started = await StageSetup.StartAsync(request, observers, cancellationToken);
        stage = started;
        var run = new RunContext(started.Environment, inputs.Plan, evidence, clock)
        {
            Deployment = started.Api,
            Stack = started.Stack,
            PostgresImage = images.Reference(ImageCatalog.Postgres),
        };
        description = Describe(inputs, kind, run, request);
        await using var session = await RunSession.OpenAsync(
            run,
            inputs,
            runbook,
            description,
            observers,
            new RunControl(new Unattended("rehearsal"))
            {
                Mirror = new JournalMirror(run.Environment.ObjectStore, evidence.RunId),
                Probe = new StateProbe(),
            },
            cancellationToken
        );
        RunEnd end;
        try
        {
            await FillAsync(started, session, cancellationToken);
            await using var held = await CutoverLock.AcquireAsync(
                run.Environment.Source,
                run.Environment.Target,
                kind,
                CutoverLock.Who(),
                cancellationToken
            );
            session.Hold(held);
            end = await session.RunAsync(runbook, cancellationToken);
        }
        finally
        {
            await started.KeepLogsAsync(evidence);
            observers.Note($"Evidence: {evidence.Path}");
        }

        return await finish(session, end);
    }

    private static async Task FillAsync(StageSetup stage, RunSession session, CancellationToken cancellationToken)
    {
        try
        {
            await stage.FillAsync(cancellationToken);
        }
        catch (Exception e)
        {
            await session.AbandonAsync(e);
            throw;
        }
    }

    private RunDescription Describe(RunInputs inputs, string kind, RunContext run, StageRequest stage) =>
        inputs.Describe(kind, run.Evidence.RunId, run.Environment.Name, clock.GetUtcNow()) with
        {
            Scale = options.Scale.Name,
            Seed = options.Seed,
            Epoch = stage.Epoch,
            Inject = options.Fault?.Name,
            Images = stage.Images.ByName.Values.ToDictionary(image => image.Name, image => image.Identity),
            StandIns =
            [
                .. stage
                    .Images.ByName.Values.Where(image => image.StandsIn)
                    .Select(image => new StandIn(image.Reference, image.StandsInFor!))
                    .OrderBy(image => image.Image),
            ],
        };
}
