using FreshTrack.Cutover.Board;
using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.States;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Nights;

/// <summary>One procedure of the release manager, from the lock on both databases to the sealed evidence. A procedure
/// that stopped goes on where it was.</summary>
/// <param name="runs">The folder of all runs.</param>
/// <param name="who">A person and a machine, shown to whoever comes second.</param>
public sealed class NightRun(
    string runs,
    string who,
    CutoverEnvironment environment,
    RunInputs inputs,
    IDecisions decisions,
    RunObservers observers,
    TimeProvider clock
)
{
    /// <summary>Null where nothing here deploys to the environment.</summary>
    public IApiDeployment? Deployment { get; init; }

    /// <summary>What the deployed stack stores its data in; null where nothing here starts it.</summary>
    public DataServices? Data { get; init; }

    /// <summary>What stands around the API; null where nothing here starts it.</summary>
    public StackServices? Stack { get; init; }

    /// <summary>An image with PostgreSQL's client programs; null where there is none.</summary>
    public string? PostgresImage { get; init; }

    /// <summary>The run that this one follows; null for none.</summary>
    public FollowedRun? Follows { get; init; }

    /// <summary>The target does not answer: only a way back goes on, which does not ask it.</summary>
    public bool IsTargetGone { get; init; }

    /// <summary>Folder of the final check that a night goes by.</summary>
    public string? FinalCheck { get; init; }

    /// <summary>Folder of the rehearsal by which a cutover is forecast; the newest of all runs when null.</summary>
    public string? Rehearsal { get; init; }

    /// <summary>The port of the live board, 0 for any that is free; null without a board.</summary>
    public int? BoardPort { get; init; }

    /// <summary>Written into the journal when the run begins: an override, a note.</summary>
    public IReadOnlyList<(JournalEvent Event, string Text)> Notes { get; init; } = [];

    /// <summary>Runs the procedure to its end or to where it stops.</summary>
    /// <param name="kind">Of the run: <c>cutover</c>.</param>
    /// <exception cref="RefusedException">Another process works on source or target, or the unfinished run cannot go
    /// on; nothing was changed.</exception>
    public async Task<NightEnd> RunAsync(string kind, Runbook runbook, CancellationToken cancellationToken)
    {
        environment.DemandDatabases();
        var folders = new NightFolders(
            runs,
            environment.Name,
            await DemandServersAsync(runbook.GoesBack, cancellationToken) ? environment.ObjectStore : null,
            observers
        );
        await using var held = await CutoverLock.AcquireAsync(
            environment.Source,
            IsTargetGone ? null : environment.Target,
            kind,
            who,
            cancellationToken
        );
        using var evidence =
            await folders.UnfinishedAsync(kind, cancellationToken)
            ?? EvidenceFolder.Create(runs, kind, clock.GetUtcNow());
        observers.Add(new PhaseLogs(evidence, clock));
        var run = new RunContext(environment, inputs.Plan, evidence, clock)
        {
            Deployment = Deployment,
            Data = Data,
            Stack = Stack,
            FinalCheck = FinalCheck,
            PostgresImage = PostgresImage,
            Follows = Follows,
            Notes = [.. Notes.Where(note => note.Event == JournalEvent.Noted).Select(note => note.Text)],
            MoveOptions = new(Follows?.Id ?? evidence.RunId),
        };
        var forecast =
            kind == ProcedureKinds.Cutover
                ? await ForecastInputs.ReadAsync(run, runbook, runs, Rehearsal, cancellationToken)
                : null;
        runbook = forecast?.Replan(runbook) ?? runbook;
        var board = new LiveBoard($"{kind} · {environment.Name}", runbook.Phases, clock)
        {
            AsksPeople = decisions.AsksPeople,
        };
        observers.Add(board);
        observers.Add(new BoardPictures(board, evidence));
        await using var server = await ServeAsync(board, cancellationToken);
        await using var session = await RunSession.OpenAsync(
            run,
            inputs,
            runbook,
            inputs.Describe(kind, evidence.RunId, environment.Name, clock.GetUtcNow()) with
            {
                Follows = Follows?.Id,
            },
            observers,
            new RunControl(decisions)
            {
                Mirror = new JournalMirror(environment.ObjectStore, evidence.RunId),
                Probe = IsTargetGone ? null : new StateProbe(),
            },
            cancellationToken
        );
        session.Hold(held);
        if (forecast is not null && Forecast.Find(session.Journal) is null)
        {
            await session.NoteAsync(JournalEvent.Forecast, evidence.RunId, Describe(forecast, runbook), forecast);
        }

        // A process that died amid them wrote some.
        foreach (
            var (what, text) in Notes.Where(note =>
                !session.Journal.Any(entry => entry.Event == note.Event && entry.Detail == note.Text)
            )
        )
        {
            await session.NoteAsync(what, evidence.RunId, text);
        }

        var end = await session.RunAsync(runbook, cancellationToken);
        var isOver = end is { Failure: null, Verdict: Verdict.Pass or Verdict.Warn };
        if (isOver)
        {
            await session.SealAsync(CancellationToken.None);
        }

        return new NightEnd(run, end, isOver);
    }

    /// <summary>Before anything is locked or written: a server that is away is named, and so is the file of a secret
    /// that is refused.</summary>
    /// <param name="goesBack">A way back continues without the object store.</param>
    /// <returns>Whether the object store answers.</returns>
    private async Task<bool> DemandServersAsync(bool goesBack, CancellationToken cancellationToken)
    {
        var problems = await ServerCheck.FindAsync(environment, cancellationToken);
        var decisive = problems
            .Where(problem =>
                problem.Server switch
                {
                    ServerCheck.ObjectStore => !goesBack,
                    ServerCheck.Target => !IsTargetGone,
                    _ => true,
                }
            )
            .ToList();
        if (decisive.Count > 0)
        {
            throw new RefusedException(
                $"Nothing was changed: {string.Join("; ", decisive.Select(problem => problem.Text))}. Correct that, "
                    + "then run the same command."
            );
        }

        foreach (var problem in problems)
        {
            observers.Note($"{problem.Text}. The way back continues with the journal of this machine alone.");
        }

        return problems.Count == 0;
    }

    private async Task<BoardServer?> ServeAsync(LiveBoard board, CancellationToken cancellationToken)
    {
        if (BoardPort is not { } port)
        {
            return null;
        }

        var server = await BoardServer.StartAsync(board, port, clock, cancellationToken);
        observers.Note($"Board: {server.Address}");
        return server;
    }

    private static string Describe(Forecast forecast, Runbook runbook) =>
        $"{Format.Duration(forecast.Seconds)} of work are expected, "
        + $"{Format.Duration(runbook.Phases[^1].PlannedEnd.TotalSeconds)} are planned";
}

/// <summary>How a procedure ended in this process.</summary>
/// <param name="IsOver">Every step is done, and the evidence sealed.</param>
public sealed record NightEnd(RunContext Run, RunEnd End, bool IsOver);
