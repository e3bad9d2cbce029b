using FreshTrack.Build.Screen;
using FreshTrack.Cutover.Board;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Slices;

/// <summary>Runs a slice of the runbook on its own, with the journal, timeline and evidence of every run, and shows
/// it.</summary>
public sealed class SliceRun(IAnsiConsole console, CutoverEnvironment servers, RunInputs inputs, TimeProvider clock)
{
    /// <summary>Null where the slice deploys nothing.</summary>
    public IApiDeployment? Deployment { get; init; }

    public RunObservers Observers { get; } = new(clock, new RunScreen(console));

    /// <param name="kind">Kind of a run that begins; one that is continued keeps its own.</param>
    /// <param name="given">Hands the run what the slice does not make itself.</param>
    /// <returns>What the steps left.</returns>
    /// <exception cref="RefusedException">Refused before anything was changed.</exception>
    /// <exception cref="TargetFailedException">A step came to Fail or Inconclusive; the exit code says
    /// which.</exception>
    public async Task<RunContext> RunAsync(
        Runbook slice,
        string kind,
        EvidenceFolder evidence,
        Action<RunContext>? given,
        CancellationToken cancellationToken
    )
    {
        var run = new RunContext(servers, inputs.Plan, evidence, clock) { Deployment = Deployment };
        given?.Invoke(run);
        var description = inputs.Describe(kind, evidence.RunId, servers.Name, clock.GetUtcNow());
        Observers.Add(new PhaseLogs(evidence, clock));
        await using var session = await RunSession.OpenAsync(
            run,
            inputs,
            slice,
            description,
            Observers,
            RunControl.Unattended,
            cancellationToken
        );
        var end = await session.RunAsync(slice, cancellationToken);
        end.Failure?.Throw();
        return end.Verdict is Verdict.Pass or Verdict.Warn
            ? run
            : throw new TargetFailedException(
                end.Verdict.ExitCode(),
                $"{end.Verdict}: {end.Timeline.Stopped?.Summary ?? "not every step was reached"}"
            );
    }
}
