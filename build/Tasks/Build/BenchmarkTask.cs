using Cake.Frosting;
using FreshTrack.Build.Benchmarking;
using FreshTrack.Build.Benchmarking.Api;
using FreshTrack.Build.Benchmarking.Load;
using FreshTrack.Build.Benchmarking.Migration;
using FreshTrack.Build.Benchmarking.Verification;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Screen;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Containers;

namespace FreshTrack.Build.Tasks.Build;

[TaskName("Benchmark")]
[TaskDescription("Measures a part of the suite against other ways of doing the same, side by side in one run")]
[ChangesNothing]
[TaskOption("suite", "migration|verification|api|load", "what is measured; migration when not given")]
[IsDependentOn(typeof(BuildImagesTask))]
public sealed class BenchmarkTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        var suite = context.Option("suite", "migration");
        var screen = RunScreen.On(context);
        var figures = new List<Figure>();
        await foreach (var figure in Suite(suite, context, screen))
        {
            figures.Add(figure);
            BenchmarkReport.Show(context.Console, figure);
            await BenchmarkReport.WriteAsync(
                Path.Combine(context.ArtifactsDirectory, "benchmarks"),
                suite,
                figures,
                context.Cancellation
            );
        }

        var missed = figures.Where(figure => !figure.Holds()).Select(figure => figure.Name).ToList();
        if (missed.Count > 0)
        {
            throw new TargetFailedException(
                ExitCodes.Failed,
                $"{missed.Count} of {figures.Count} figures miss their limit: {string.Join("; ", missed)}."
            );
        }
    }

    private static IAsyncEnumerable<Figure> Suite(string suite, BuildContext context, RunObservers screen) =>
        suite switch
        {
            "api" => new ApiSuite(context, screen).RunAsync(),
            "load" => new LoadSuite(context, screen).RunAsync(),
            _ => MoversAsync(suite, context, screen),
        };

    /// <summary>The suites that compare with other movers, on servers of their own.</summary>
    private static async IAsyncEnumerable<Figure> MoversAsync(string suite, BuildContext context, RunObservers screen)
    {
        await using var servers = await screen.ShowAsync(
            "Servers",
            progress => BenchmarkServers.StartAsync(progress, context.Cancellation),
            _ => "two PostgreSQL servers, an object store and the other movers' programs"
        );
        await foreach (
            var figure in suite == "migration"
                ? new MigrationSuite(context, servers, screen).RunAsync()
                : new VerificationSuite(context, servers, screen).RunAsync()
        )
        {
            yield return figure;
        }
    }
}
