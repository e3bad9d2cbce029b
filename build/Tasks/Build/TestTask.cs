using Cake.Common.Solution;
using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Testing;

namespace FreshTrack.Build.Tasks.Build;

[TaskName("Test")]
[TaskDescription("Builds and runs every test; ends with what failed and the count")]
[ChangesNothing]
[TaskOption("depth", "sample|full", "long corpora and kill points as seeded samples, or all of them")]
[IsDependentOn(typeof(BuildImagesTask))]
public sealed class TestTask : AsyncFrostingTask<BuildContext>
{
    private static readonly TimeSpan SampleLimit = TimeSpan.FromMinutes(25);
    private static readonly TimeSpan FullLimit = TimeSpan.FromHours(2);

    public override async Task RunAsync(BuildContext context)
    {
        var depth = context.Option("depth", "sample");
        var run = new TestRun(context.RepositoryRoot, context.ArtifactsDirectory, context.PackageFeed, depth)
        {
            Projects = TestProjects(context),
        };
        var counts = await run.RunAsync(
            depth == "full" ? FullLimit : SampleLimit,
            context.TimeProvider,
            context.Cancellation
        );
        context.LastLine = FailedTest.Summary(run.Failed, counts);
        if (counts.Failed > 0)
        {
            throw new TargetFailedException(
                ExitCodes.Failed,
                "Tests failed: see below; the whole messages are above and in artifacts/tests."
            );
        }
    }

    // Backwards by name: unit tests before integration tests before browser tests, so that the quick ones speak first.
    private static List<string> TestProjects(BuildContext context)
    {
        var tests = Path.Combine(context.RepositoryRoot, "tests") + Path.DirectorySeparatorChar;
        return
        [
            .. context
                .ParseSolution(Path.Combine(context.RepositoryRoot, "FreshTrack.sln"))
                .Projects.Where(project =>
                    project is not SolutionFolder && Path.GetFullPath(project.Path.FullPath).StartsWith(tests)
                )
                .Select(project => project.Name)
                .OrderDescending(),
        ];
    }
}
