using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Rehearsing;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Tasks;

[TaskName("Gate")]
[TaskDescription("Judges a run's evidence again, with any policy")]
[ChangesNothing]
[TaskOption("evidence", "DIR", "the run's folder; the newest rehearsal in artifacts/runs when not given")]
[TaskOption("policy", "FILE", "another policy than build/policy.yaml")]
[TaskOption("explain", "prints how every line of the verdict was reached")]
public sealed class GateTask : AsyncFrostingTask<BuildContext>
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    public override async Task RunAsync(BuildContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var folder = context.Option("evidence") ?? EvidenceFolder.NewestRehearsal(context.RunsDirectory);
        var path = context.Option("policy", Path.Combine(context.RepositoryRoot, "build", "policy.yaml"));
        if (!File.Exists(path))
        {
            throw new RefusedException($"There is no policy '{path}'. Give an existing file.");
        }

        var policy = PolicyFile.Parse(await File.ReadAllTextAsync(path, context.Cancellation), path);
        await RefuseFutureAsync(folder, context);
        var report = await JudgedRun.WriteAsync(folder, policy, context.Cancellation);
        if (context.Flag("explain"))
        {
            Explanation.Of(report.Gate).ToList().ForEach(context.Console.WriteLine);
        }

        await RunEnd.ShowAsync(context, report);
    }

    /// <summary>The gate knows no clock; who asks it has one, and evidence cannot be newer.</summary>
    private static async Task RefuseFutureAsync(string folder, BuildContext context)
    {
        var run = await EvidenceFile.FindAsync<RunDescription>(folder, "run.json", context.Cancellation);
        var now = context.TimeProvider.GetUtcNow();
        if ((run?.EndedAt ?? run?.StartedAt) is { } last && last > now + ClockTolerance)
        {
            throw new RefusedException(FormattableString.Invariant($"run.json in {folder} is of {last:u}, but it is {now:u} here. Set this machine's clock, or give another folder with --evidence."));
        }
    }
}
