using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Screen;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Tasks.Rehearsal;

[TaskName("Gate")]
[TaskDescription("Judges a run's evidence again, with any policy")]
[ChangesNothing]
[TaskOption("evidence", "DIR", "the run's folder; the newest rehearsal in artifacts/runs when not given")]
[PolicyOption]
[TaskOption("explain", "prints how every line of the verdict was reached")]
public sealed class GateTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        var folder = context.Option("evidence") ?? Newest(context);
        var path = context.PolicyPath;
        if (!File.Exists(path))
        {
            throw new RefusedException($"There is no policy '{path}'. Give an existing file.");
        }

        var policy = PolicyFile.Parse(await File.ReadAllTextAsync(path, context.Cancellation), path);
        using var held = EvidenceFolder.HoldExisting(folder);
        var evidence = await RunEvidence.ReadAsync(folder, context.Cancellation);
        evidence.RefuseFuture(context.TimeProvider.GetUtcNow());
        var report = await JudgedRun.WriteAsync(evidence, policy, context.Cancellation);
        if (context.Flag("explain"))
        {
            Explanation.Of(report.Gate).ToList().ForEach(context.Console.WriteLine);
        }

        await VerdictScreen.EndAsync(context, report);
    }

    private static string Newest(BuildContext context)
    {
        var folder = EvidenceFolder.NewestRehearsal(context.RunsDirectory);
        context.Console.WriteLine($"Judging the newest rehearsal, {folder}");
        return folder;
    }
}
