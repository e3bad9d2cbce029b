using System.Net.Sockets;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Screen;
using FreshTrack.Build.Slices;
using FreshTrack.Build.Stages;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Images;
using FreshTrack.Migration;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Build.Night;

/// <summary>One of the release manager's targets: opens the environment, runs the procedure, and says what comes
/// next.</summary>
internal sealed class NightTarget : IAsyncDisposable
{
    private const int Attempts = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly BuildContext context;
    private readonly string path;
    private readonly RunInputs inputs;
    private readonly Confirmation confirmation;
    private readonly StackOnServer? server;
    private NightFolders? folders;

    private NightTarget(
        BuildContext context,
        string path,
        RunInputs inputs,
        CutoverEnvironment environment,
        RunObservers observers
    )
    {
        (this.context, this.path, this.inputs, Environment) = (context, path, inputs, environment);
        (confirmation, Observers) = (Confirmation.Of(context), observers);
        server = environment.Deploy is { } deploy ? new StackOnServer(deploy, context.RepositoryRoot) : null;
    }

    public CutoverEnvironment Environment { get; }

    public RunInputs Inputs => inputs;

    public RunObservers Observers { get; }

    /// <summary>Folder of the rehearsal that a cutover goes by; the newest here when null.</summary>
    public string? Rehearsal { get; set; }

    /// <summary>The target does not answer; the rollback leaves it out.</summary>
    public bool IsTargetGone { get; set; }

    /// <param name="open">How the environment is opened; null where its servers have to be there.</param>
    /// <exception cref="RefusedException">No environment was named, or plan or policy cannot be read.</exception>
    public static async Task<NightTarget> OpenAsync(
        BuildContext context,
        Func<BuildContext, RunObservers, Task<CutoverEnvironment>>? open = null
    )
    {
        var file =
            context.Option("environment")
            ?? throw new RefusedException(
                "Name the environment with --environment FILE: environments/example.yaml shows one, and ./build.sh "
                    + "Stage "
                    + "writes artifacts/stage/environment.yaml."
            );
        var read = await RunInputs.ReadAsync(
            context.RepositoryRoot,
            context.PlanPath,
            context.PolicyPath,
            context.Cancellation
        );
        var screen = RunScreen.On(context);
        var environment = await (open?.Invoke(context, screen) ?? EnvironmentOptions.OpenAsync(context));
        return new NightTarget(context, file, read, environment, screen);
    }

    /// <summary>Runs a procedure that needs no other one, and names the target that follows it.</summary>
    /// <param name="when">When the next target is due: «Ready for the night».</param>
    /// <exception cref="TargetFailedException">It stopped; the exit code says how.</exception>
    public static async Task RunAsync(BuildContext context, string kind, Runbook runbook, string when, string next)
    {
        await using var target = await OpenAsync(
            context,
            kind == ProcedureKinds.Prepare ? DeployedData.StartAsync : null
        );
        target.End(await target.RunAsync(kind, target.Here(runbook)), $"{when}: {target.Command(next)}");
    }

    /// <summary>The procedure as this environment has it.</summary>
    public Runbook Here(Runbook runbook)
    {
        var closable = Environment.Maintenance is null ? runbook.WithoutOldApplication() : runbook;
        var served = Environment.Deploy is null ? closable.WithoutServer() : closable;
        return !HasStack ? served.WithoutStack()
            : Environment.Monitoring is null ? served.WithoutMonitoring()
            : served;
    }

    /// <summary>The images that would be deployed.</summary>
    public Task<ImageSet> ImagesAsync() =>
        ImageSet.ReadAsync(
            context.RepositoryRoot,
            HasStack ? ImageCatalog.WholeStage : ImageCatalog.Stage,
            context.Cancellation
        );

    private bool HasStack => PracticeStage.HasStackOf(path, Environment) || IsDeployed;

    private bool IsDeployed => server is not null && Environment.Visitors is not null;

    /// <summary>The newest run of the kind, wherever it was begun; null where there is none.</summary>
    public Task<RunFolder?> NewestAsync(string kind)
    {
        folders ??= new NightFolders(context.RunsDirectory, Environment.Name, Environment.ObjectStore, Observers);
        return folders.NewestAsync(kind, context.Cancellation);
    }

    /// <returns>A refusal where no run of the kind is known of this environment; it says under which names there are
    /// some.</returns>
    public async Task<RefusedException> NotKnownAsync(string kind, string what) =>
        new(
            $"{what} Nothing was changed."
                + await RunFolder.OtherNamesAsync(context.RunsDirectory, kind, context.Cancellation)
        );

    /// <exception cref="TargetFailedException">It stopped; the exit code says how.</exception>
    public async Task<NightEnd> RunAsync(
        string kind,
        Runbook runbook,
        FollowedRun? follows = null,
        string? finalCheck = null,
        params IReadOnlyList<(JournalEvent Event, string Text)> notes
    )
    {
        var images = await ImagesAsync();
        var run = new NightRun(
            context.RunsDirectory,
            CutoverLock.Who(),
            Environment,
            inputs,
            new TypedDecisions(context.Console, Environment, confirmation),
            Observers,
            context.TimeProvider
        )
        {
            Deployment = IsDeployed
                ? server!.Api(Environment.Visitors!.Names.Api)
                : PracticeStage.DeploymentOf(path, context.ArtifactsDirectory, Environment, images),
            Data = server?.Data,
            Stack = IsDeployed
                ? server!.Services
                : await PracticeStage.StackOfAsync(
                    path,
                    context.ArtifactsDirectory,
                    context.RepositoryRoot,
                    Environment,
                    images,
                    context.Cancellation
                ),
            PostgresImage = images.Reference(ImageCatalog.Postgres),
            Follows = follows,
            IsTargetGone = IsTargetGone,
            FinalCheck = finalCheck,
            Rehearsal = Rehearsal,
            BoardPort = BoardOptionAttribute.PortOf(context),
            Notes = notes,
        };
        try
        {
            var end = await run.RunAsync(kind, runbook, context.Cancellation);
            Observers.Note($"Evidence: {end.Run.Evidence.Path}");
            return end;
        }
        catch (Exception e) when (e is not RefusedException)
        {
            // What is refused says itself what comes next.
            Observers.Note(Continue(kind));
            throw;
        }
    }

    /// <summary>Shows what comes next, and ends the target by how the procedure ended.</summary>
    public void End(NightEnd end, string next)
    {
        if (!end.IsOver)
        {
            Observers.Note(
                end.End.IsToUndo
                    ? $"Take it back: {Command("Rollback")}"
                    : $"{Continue(ProcedureKinds.Of(end.Run.Evidence.RunId))}{Back(end)}"
            );
            end.End.Failure?.Throw();
            throw new TargetFailedException(
                end.End.Verdict.ExitCode(),
                $"{end.End.Verdict}: {end.End.Reason ?? "not every step was reached"}"
            );
        }

        Observers.Note(next);
    }

    /// <returns>Why the target cannot be reached, after three attempts; null when it answers.</returns>
    /// <exception cref="RefusedException">It answers, and lets nobody in.</exception>
    public async Task<string?> WhyTargetIsGoneAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Environment.Target.ScalarAsync<int>(new Sql("select 1"), context.Cancellation);
                return null;
            }
            catch (PostgresException e) when (e.SqlState != PostgresErrorCodes.AdminShutdown)
            {
                throw new RefusedException(
                    $"The target answers, but not to this environment's file: {e.Message}. Correct the file, or wait "
                        + "until the server has started. Nothing was changed."
                );
            }
            // A name that nobody knows is the socket's exception alone.
            catch (Exception e) when (attempt < Attempts && e is NpgsqlException or SocketException or TimeoutException)
            {
                await Task.Delay(Pause, context.TimeProvider, context.Cancellation);
            }
            catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
            {
                return e.Message;
            }
        }
    }

    /// <returns>The id of the run that led back from the cutover; null where none did.</returns>
    public async Task<string?> WayBackOfAsync(RunFolder cutover)
    {
        var followed = await FollowedRun.ReadAsync(cutover, context.Cancellation);
        var back = await NewestAsync(ProcedureKinds.Rollback);
        return followed.Journal.LastOrDefault(entry => entry.Event == JournalEvent.Followed)?.Subject
            ?? (back is { IsSealed: true } && back.Run.Follows == followed.Id ? back.Run.RunId : null);
    }

    /// <summary>A procedure that follows another works on the same servers.</summary>
    /// <exception cref="RefusedException">The followed run began elsewhere.</exception>
    public async Task DemandSameServersAsync(RunFolder followed)
    {
        if (await followed.DifferenceToAsync(Environment.Description, context.Cancellation) is { } difference)
        {
            throw new RefusedException(
                $"{followed.Run.RunId} went by other servers than {path}: {difference}. Name the file that it "
                    + "went by, or correct this one. Nothing was changed."
            );
        }
    }

    /// <summary>Ends a cutover that another run led back from; one that is over already stays as it is.</summary>
    public async Task CloseAsync(RunFolder cutover, string by)
    {
        if (cutover.IsSealed)
        {
            return;
        }

        using var evidence = EvidenceFolder.Open(context.RunsDirectory, cutover.Run.RunId);
        await using (
            var journal = await JournalFile.OpenAsync(
                evidence.PathOf(JournalFile.FileName),
                context.TimeProvider,
                context.Cancellation
            )
        )
        {
            if (journal.Entries.All(entry => entry.Event != JournalEvent.Followed))
            {
                await journal.AppendAsync(JournalEvent.Followed, by);
            }

            await MirrorAsync(journal, evidence);
        }

        await Seal.WriteAsync(evidence.Path, context.Cancellation);
    }

    public string Command(string target) => $"./build.sh {target} --environment {path}";

    public ValueTask DisposeAsync() => Environment.DisposeAsync();

    // The old system serves by now: that the store lacks the last line stops nobody.
    private async Task MirrorAsync(JournalFile journal, EvidenceFolder evidence)
    {
        try
        {
            await new JournalMirror(Environment.ObjectStore, evidence.RunId).KeepAsync(
                journal,
                evidence,
                context.Cancellation
            );
        }
        catch (MigrationException e)
        {
            Observers.Note($"That the cutover was led back from is in its journal on this machine alone: {e.Message}");
        }
    }

    private string Continue(string kind) => $"Continue: {Command(ProcedureKinds.TargetOf(kind))}";

    private string Back(NightEnd end) =>
        end.Run.Evidence.RunId.EndsWith(ProcedureKinds.Cutover) ? $"; the way back: {Command("Rollback")}" : "";
}
