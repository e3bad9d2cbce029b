using Cake.Frosting;
using FreshTrack.Build.Analysis;
using FreshTrack.Build.CommandLine;
using Spectre.Console;

namespace FreshTrack.Build.Tasks.Build;

[TaskName("Analyze")]
[TaskDescription("Checks format and every analyzer rule; SARIF in artifacts/analysis")]
[ChangesNothing]
public sealed class AnalyzeTask : AsyncFrostingTask<BuildContext>
{
    private const int Shown = 20;

    public override async Task RunAsync(BuildContext context)
    {
        var run = new AnalysisRun(context.RepositoryRoot, context.ArtifactsDirectory, context.PackageFeed);
        var (formatIsGood, builds, problems) = await run.RunAsync(context.Cancellation);
        foreach (var problem in problems.Take(Shown))
        {
            await Console.Out.WriteLineAsync(problem);
        }

        if (!builds || problems.Count > 0)
        {
            throw new TargetFailedException(
                ExitCodes.Failed,
                $"{problems.Count} violations, the first {Math.Min(Shown, problems.Count)} above; "
                    + "all of them in artifacts/analysis."
            );
        }

        if (!formatIsGood)
        {
            throw new TargetFailedException(
                ExitCodes.Failed,
                "Formatting differs at the places above. Run dotnet format whitespace . --folder --exclude "
                    + "artifacts to fix it."
            );
        }

        context.Console.WriteLine("Format and analyzers found nothing.");
    }
}
