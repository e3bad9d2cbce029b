using System.Runtime.ExceptionServices;
using FreshTrack.Cutover.Board;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Migration;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runs;

/// <summary>One run, from its first line in the journal to its verdict: the only place where a runbook or a slice of it
/// is executed. A run whose process ended early is continued by a session on the same folder.</summary>
public sealed class RunSession : IAsyncDisposable
{
    private readonly RunContext run;
    private readonly JournalFile journal;
    private readonly PlannedRunbook planned;
    private readonly RunObservers observers;
    private readonly Dictionary<string, JournalEntry> passed;
    private readonly RunControl control;
    private RunDescription description;
    private CutoverLock? held;

    private RunSession(
        RunContext run,
        JournalFile journal,
        PlannedRunbook planned,
        RunDescription description,
        RunObservers observers,
        RunControl control
    )
    {
        (this.run, this.journal, this.planned) = (run, journal, planned);
        (this.description, this.observers, this.control) = (description, observers, control);
        passed = PassedSteps(journal.Entries);
    }

    /// <summary>Begins a run in a new folder, or continues the one that the folder holds.</summary>
    /// <param name="runbook">Decides the steps of this process; a folder that holds more keeps them.</param>
    /// <exception cref="RefusedException">The folder belongs to another run or plan, is sealed, or its journal was
    /// edited; nothing was changed.</exception>
    public static async Task<RunSession> OpenAsync(
        RunContext run,
        RunInputs inputs,
        Runbook runbook,
        RunDescription description,
        RunObservers observers,
        RunControl control,
        CancellationToken cancellationToken
    )
    {
        var path = run.Evidence.PathOf(JournalFile.FileName);
        RefuseSealed(run.Evidence);
        var opened = File.Exists(path)
            ? await JournalFile.OpenAsync(path, run.Clock, cancellationToken, control.OpenJournal)
            : JournalFile.Create(path, run.Clock, control.OpenJournal);
        try
        {
            // A process that died while it wrote the first line has begun nothing.
            return opened.Entries.Count == 0
                ? await BeginAsync(run, inputs, runbook, description, observers, control, opened)
                : await ContinueAsync(run, inputs, runbook, description, observers, control, opened, cancellationToken);
        }
        catch (IOException e)
        {
            await opened.DisposeAsync();
            throw new RefusedException(e.Message, e);
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the steps. Whatever happens, the journal says how it ended and <c>timeline.json</c> what was
    /// reached.</summary>
    public async Task<RunEnd> RunAsync(Runbook runbook, CancellationToken cancellationToken)
    {
        observers.Tell(new RunStarted(run, runbook) { Journal = [.. journal.Entries] });
        var engine = new RunbookEngine(journal, passed, observers, KeepTimelineAsync)
        {
            Decisions = control.Decisions,
            Guard = GuardOf(runbook),
            Probe = control.Probe,
            Clock = run.Clock,
            FindLostServersAsync = FindLostServersAsync,
        };
        ExceptionDispatchInfo? failure = null;
        try
        {
            await engine.RunAsync(runbook, run, cancellationToken);
        }
        catch (RefusedException refused) when (engine.HasChanged)
        {
            // Work has started: what is refused from here on has failed.
            failure = ExceptionDispatchInfo.Capture(new InvalidOperationException(refused.Message, refused));
        }
#pragma warning disable CA1031 // Whatever a step throws is journalled, and thrown on by whoever shows the end.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        var timeline = Timeline.Of(PlannedRunbook.Of(runbook), journal.Entries);
        var end = new RunEnd(timeline, engine.Verdict, failure) { IsToUndo = engine.IsToUndo };
        try
        {
            await EndAsync(end.Verdict, end.Reason);
        }
        catch (IOException full)
        {
            // A journal that does not say how the run ended says that it has not.
            end = end with
            {
                Verdict = Verdict.Inconclusive,
                Failure = end.Failure ?? ExceptionDispatchInfo.Capture(full),
            };
        }

        await KeepMirrorAsync(CancellationToken.None);
        return end;
    }

    /// <summary>No step begins from here on unless the lock is still this process's.</summary>
    public void Hold(CutoverLock taken) => held = taken;

    /// <summary>What the journal holds, that of earlier processes included.</summary>
    public IReadOnlyList<JournalEntry> Journal => journal.Entries;

    /// <summary>Writes what is no step into the journal: a note, a forecast, an override.</summary>
    public Task NoteAsync(JournalEvent what, string subject, string? detail = null, object? output = null) =>
        journal.AppendAsync(what, subject, outcome: null, detail, output);

    /// <summary>Ends a run that could not take its first step.</summary>
    public Task AbandonAsync(Exception cause) => EndAsync(Verdict.Inconclusive, RunbookEngine.Reason(cause));

    /// <summary>Seals the evidence of a run that no gate judges.</summary>
    public async Task SealAsync(CancellationToken cancellationToken)
    {
        await journal.DisposeAsync();
        await Seal.WriteAsync(run.Evidence.Path, cancellationToken);
    }

    /// <summary>Seals the evidence of a run that has ended, judges it and writes the report.</summary>
    /// <param name="runs">The folder of all runs, whose passing ones this one is compared with.</param>
    public async Task<RunReport> JudgeAsync(
        string runs,
        Policy policy,
        BoardPictures? pictures,
        CancellationToken cancellationToken
    )
    {
        var evidence = run.Evidence;
        var baselines = await Baselines.CollectAsync(runs, description, policy, cancellationToken);
        await evidence.WriteJsonAsync("baseline", baselines, cancellationToken);
        if (pictures is not null)
        {
            await observers.ShowAsync("Screens", _ => pictures.TakeAsync(cancellationToken), taken => taken);
        }

        await journal.DisposeAsync();
        await Seal.WriteAsync(evidence.Path, cancellationToken);
        var sealedRun = await RunEvidence.ReadAsync(evidence.Path, cancellationToken);
        var report = await JudgedRun.WriteAsync(sealedRun, policy, cancellationToken);
        observers.Tell(new RunJudged(report));
        return report;
    }

    public ValueTask DisposeAsync() => journal.DisposeAsync();

    private async Task<IReadOnlyList<string>> FindLostServersAsync(CancellationToken cancellationToken) =>
        [.. (await ServerCheck.FindAsync(run.Environment, cancellationToken)).Select(problem => problem.Text)];

    private NightGuard? GuardOf(Runbook runbook) =>
        held is not null && control.Mirror is { } mirror
            ? new NightGuard(
                held,
                mirror,
                journal,
                run.Evidence,
                observers,
                runbook.GoesBack,
                control.Decisions.AsksPeople
            )
            : null;

    // The last lines too; that they lack there stops nobody, since the run has ended.
    private async Task KeepMirrorAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (control.Mirror?.KeepAsync(journal, run.Evidence, cancellationToken) ?? Task.CompletedTask);
        }
        catch (Exception e) when (e is MigrationException or RefusedException)
        {
            observers.Note($"The last lines of the journal are on this machine alone: {e.Message}");
        }
    }

    private async Task EndAsync(Verdict verdict, string? reason)
    {
        await journal.AppendAsync(JournalEvent.RunEnded, description.RunId, $"{verdict}", reason);
        description = description with { EndedAt = run.Clock.GetUtcNow() };
        await KeepTimelineAsync();
        await run.Evidence.WriteJsonAsync("run", description, CancellationToken.None);
    }

    private static async Task<RunSession> BeginAsync(
        RunContext run,
        RunInputs inputs,
        Runbook runbook,
        RunDescription description,
        RunObservers observers,
        RunControl control,
        JournalFile journal
    )
    {
        RefuseWithoutJournal(run.Evidence);
        await journal.AppendAsync(
            JournalEvent.RunStarted,
            description.RunId,
            inputs.Plan.Hash,
            description.Kind,
            description
        );
        var steps = PlannedRunbook.Of(runbook);
        await WriteInputsAsync(run, inputs, steps, description);
        return new RunSession(run, journal, steps, description, observers, control);
    }

    private static async Task<RunSession> ContinueAsync(
        RunContext run,
        RunInputs inputs,
        Runbook runbook,
        RunDescription description,
        RunObservers observers,
        RunControl control,
        JournalFile journal,
        CancellationToken cancellationToken
    )
    {
        var (evidence, folder) = (run.Evidence, run.Evidence.Path);
        RefuseAnother(evidence, inputs, journal.Entries);
        var steps = PlannedRunbook.Of(runbook);
        if (!File.Exists(evidence.PathOf("run.json")))
        {
            // The process died after the journal's first line.
            await WriteInputsAsync(run, inputs, steps, RunEvidence.FindBegun(journal.Entries) ?? description);
        }

        var began = await EvidenceFile.FindAsync<EnvironmentDescription>(folder, "environment.json", cancellationToken);
        if (began?.DifferenceTo(run.Environment.Description) is { } difference)
        {
            throw new RefusedException(
                $"Run {evidence.RunId} began elsewhere: {difference}. Continue it with the environment that it began "
                    + "with, or clear it there with --restart."
            );
        }

        var earlier = await RunEvidence.DescribeAsync(folder, cancellationToken);
        var known = await EvidenceFile.FindAsync<PlannedRunbook>(folder, "runbook.json", cancellationToken);
        var numbers = known?.Phases.CountBy(phase => phase.Number) ?? [];
        if (numbers.FirstOrDefault(phase => phase.Value > 1) is { Value: > 1 } twice)
        {
            throw new RefusedException(
                $"runbook.json in {folder} has phase {twice.Key} {twice.Value} times, expected once: it was edited. "
                    + JournalText.Remedy
            );
        }

        var all = known?.With(steps) ?? steps;
        await evidence.WriteJsonAsync("runbook", all, cancellationToken);
        await journal.AppendAsync(JournalEvent.RunResumed, evidence.RunId, inputs.Plan.Hash, runbook.Name);
        return new RunSession(run, journal, all, earlier with { EndedAt = null }, observers, control);
    }

    private static void RefuseSealed(EvidenceFolder evidence)
    {
        if (File.Exists(evidence.PathOf(Seal.FileName)))
        {
            throw new RefusedException(
                $"Run {evidence.RunId} has ended and its evidence in {evidence.Path} is sealed, so it cannot be "
                    + "continued. Judge it with Gate, or clear what it wrote and begin again with --restart."
            );
        }
    }

    // Not cancellable: a run that is cancelled at once leaves a whole folder too.
    private static async Task WriteInputsAsync(
        RunContext run,
        RunInputs inputs,
        PlannedRunbook runbook,
        RunDescription description
    )
    {
        var evidence = run.Evidence;
        await evidence.WriteJsonAsync("environment", run.Environment.Description, CancellationToken.None);
        await evidence.WriteTextAsync("plan.yaml", inputs.PlanText, CancellationToken.None);
        if (inputs.PolicyText is { } policy)
        {
            await evidence.WriteTextAsync("policy.yaml", policy, CancellationToken.None);
        }

        await evidence.WriteJsonAsync("runbook", runbook, CancellationToken.None);
        await evidence.WriteJsonAsync("run", description, CancellationToken.None);
    }

    private static void RefuseWithoutJournal(EvidenceFolder evidence)
    {
        if (File.Exists(evidence.PathOf("run.json")))
        {
            throw new RefusedException(
                $"{evidence.Path} holds run {evidence.RunId}, expected its {JournalFile.FileName} there too, and it is "
                    + $"missing or empty. {JournalText.Remedy}"
            );
        }
    }

    private static void RefuseAnother(EvidenceFolder evidence, RunInputs inputs, IReadOnlyList<JournalEntry> entries)
    {
        var first = entries.Count == 0 ? null : entries[0];
        if (first is not { Event: JournalEvent.RunStarted } || first.Subject != evidence.RunId)
        {
            throw new RefusedException(
                $"{JournalFile.FileName} in {evidence.Path} begins with run '{first?.Subject ?? "none"}', expected "
                    + $"{evidence.RunId}: the folder holds another run. Put back the folder that this run wrote."
            );
        }

        if (first.Outcome != inputs.Plan.Hash)
        {
            throw new RefusedException(
                $"Run {evidence.RunId} began with the plan {Short(first.Outcome)}, not with "
                    + $"{Short(inputs.Plan.Hash)}. Continue with that plan, or start over with --restart."
            );
        }
    }

    private static string Short(string? hash) => hash is { Length: > 12 } ? $"{hash[..12]}…" : $"'{hash}'";

    private static Dictionary<string, JournalEntry> PassedSteps(IReadOnlyList<JournalEntry> entries)
    {
        var last = new Dictionary<string, JournalEntry>();
        foreach (
            var entry in entries.Where(entry =>
                entry.Event is JournalEvent.StepStarted or JournalEvent.StepEnded or JournalEvent.StepSkipped
            )
        )
        {
            last[entry.Subject] = entry;
        }

        return last
            .Values.Where(entry => entry.Outcome is nameof(Verdict.Pass) or nameof(Verdict.Warn))
            .ToDictionary(entry => entry.Subject);
    }

    // Written after every step, so that a killed run's folder says what was reached.
    private Task KeepTimelineAsync() =>
        run.Evidence.WriteJsonAsync("timeline", Timeline.Of(planned, journal.Entries), CancellationToken.None);
}
