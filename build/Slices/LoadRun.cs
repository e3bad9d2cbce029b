using FreshTrack.Build.Rehearsals;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Slices;

/// <summary>The load alone, against an API that runs already: its sensors, users and alerts are read from its own
/// database, its users sign in at its Stack Auth.</summary>
internal sealed class LoadRun(RehearsalOptions options, IAnsiConsole console, TimeProvider clock)
{
    private const string Kind = "load";

    /// <exception cref="RefusedException">The system behind the API holds nothing to make load with; nothing was
    /// sent.</exception>
    /// <exception cref="TargetFailedException">A limit was missed or nothing was proven; the exit code says
    /// which.</exception>
    public async Task RunAsync(Uri api, CutoverEnvironment servers, CancellationToken cancellationToken)
    {
        var inputs = await RunInputs.ReadAsync(
            options.RepositoryRoot,
            options.PlanPath,
            options.PolicyPath,
            cancellationToken
        );
        using var evidence = EvidenceFolder.Create(options.Runs, Kind, clock.GetUtcNow());
        var slice = new SliceRun(console, servers, inputs, clock);
        var load = new LoadPhase(options, inputs.Policy!.Latency, slice.Observers, console, () => null);
        await slice.RunAsync(
            new Runbook(Kind, [load.Phase]) { IsSlice = true },
            Kind,
            evidence,
            run => run.Api.Set(api),
            cancellationToken
        );
        slice.Observers.Note($"Evidence: {evidence.Path}");
    }
}
