using System.Text.Json;
using Cake.Frosting;
using FreshTrack.Build.CodeSize;
using FreshTrack.Build.CommandLine;
using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Build.Tasks.Build;

[TaskName("Measure")]
[TaskDescription("Counts files, lines and tokens of the C# code, and writes artifacts/measure.json")]
[ChangesNothing]
[TaskOption("commit", "REV", "measures this commit too, to compare with")]
public sealed class MeasureTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        var tracked = new TrackedFiles(context.RepositoryRoot);
        var trees = new List<MeasuredTree>();
        if (context.Option("commit") is { } revision)
        {
            var commit = await tracked.CommitAsync(revision, context.Cancellation);
            trees.Add(MeasuredTree.Of(commit, await tracked.OfCommitAsync(commit, context.Cancellation)));
        }

        trees.Add(MeasuredTree.Of("work tree", await tracked.OfWorkTreeAsync(context.Cancellation)));
        context.Console.Write(SizeTable.Of(trees));
        Directory.CreateDirectory(context.ArtifactsDirectory);
        await File.WriteAllTextAsync(
            Path.Combine(context.ArtifactsDirectory, "measure.json"),
            JsonSerializer.Serialize(trees, EvidenceJson.Options) + "\n",
            context.Cancellation
        );
    }
}
