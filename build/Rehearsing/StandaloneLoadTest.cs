using FreshTrack.Cutover;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Load;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Rehearsing;

/// <summary>A load test on its own, which says whether the policy's latency limits were kept, and nothing about a
/// cutover.</summary>
public sealed class StandaloneLoadTest(RehearsalOptions options, IAnsiConsole console, TimeProvider clock)
{
    private const string Kind = "load";
    private const int DeployPhase = 4;
    private const int ShownReasons = 8;

    private readonly RunScreen screen = new(console);

    /// <summary>On a stage of its own, which is filled and deployed to as the runbook does it.</summary>
    /// <exception cref="TargetFailedException">A limit was missed or nothing was proven; the exit code says
    /// which.</exception>
    /// <exception cref="InvalidOperationException">The stage could not be filled.</exception>
    public async Task OnStageAsync(CancellationToken cancellationToken)
    {
        var inputs = await RehearsalInputs.ReadAsync(options, cancellationToken);
        var images = await RehearsalStage.ImagesAsync(options, screen, cancellationToken);
        using var evidence = EvidenceFolder.Create(options.Runs, Kind, clock.GetUtcNow());
        await using var stage = await RehearsalStage.StartAsync(
            options,
            evidence.RunId,
            images,
            screen,
            clock,
            cancellationToken
        );
        await stage.FillAsync(cancellationToken);
        var run = new CutoverRun(stage.Environment, inputs.Plan, evidence);
        try
        {
            await DeployAsync(run, cancellationToken);
            End(await LoadTest(inputs.Policy).RunAsync(run, fault: null, cancellationToken), inputs.Policy, evidence);
        }
        finally
        {
            await stage.KeepLogsAsync(evidence);
        }
    }

    /// <summary>Against an API that runs already.</summary>
    /// <exception cref="RefusedException">The system behind it holds nothing to make load with; nothing was
    /// sent.</exception>
    /// <exception cref="TargetFailedException">A limit was missed or nothing was proven; the exit code says
    /// which.</exception>
    public async Task OnApiAsync(Func<CancellationToken, Task<LoadTarget>> target, CancellationToken cancellationToken)
    {
        var inputs = await RehearsalInputs.ReadAsync(options, cancellationToken);
        var read = await target(cancellationToken);
        using var evidence = EvidenceFolder.Create(options.Runs, Kind, clock.GetUtcNow());
        End(await LoadTest(inputs.Policy).RunAsync(read, evidence, cancellationToken), inputs.Policy, evidence);
    }

    private LoadTest LoadTest(Policy policy) => new(options, policy.Latency, screen);

    private async Task DeployAsync(CutoverRun run, CancellationToken cancellationToken)
    {
        await using var journal = JournalFile.Create(run.Evidence.PathOf("journal.jsonl"), clock);
        var timeline = await new RunbookEngine(journal, screen, clock).RunAsync(
            [.. CutoverRunbook.Phases.Where(phase => phase.Number <= DeployPhase)],
            run,
            cancellationToken
        );
        if (timeline.Stopped is { } step)
        {
            throw new InvalidOperationException(
                $"The stage could not be filled, so there was no load. {step.Title}: {step.Summary}"
            );
        }
    }

    private void End(LoadResult result, Policy policy, EvidenceFolder evidence)
    {
        screen.Note($"Evidence: {evidence.Path}");
        var judged = Gate.JudgeLoad(result, policy.Latency);
        var reasons = judged
            .Criteria.Where(criterion => criterion.Verdict == judged.Verdict)
            .Select(criterion => criterion.Reason)
            .ToList();
        if (judged.Verdict == Verdict.Pass)
        {
            console.WriteLine("Pass: every scenario kept its limits.");
            return;
        }

        reasons.Take(ShownReasons).ToList().ForEach(screen.Note);
        if (reasons.Count > ShownReasons)
        {
            screen.Note($"… and {reasons.Count - ShownReasons} more of {judged.Criteria.Count} limits.");
        }

        throw new TargetFailedException(judged.Verdict.ExitCode(), $"{judged.Verdict}: {reasons[0]}");
    }
}
