using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Plan;
using FreshTrack.Verification;
using FreshTrack.Verification.Contents;

namespace FreshTrack.Build.Benchmarking.Verification;

/// <summary>The contents check against checksums in plain SQL, the search for one changed cell, and the memory of a
/// whole verification.</summary>
internal sealed class VerificationSuite(BuildContext context, BenchmarkServers servers, RunObservers screen)
{
    private const int PairsAtLeast = 3;
    private const decimal Change = 0.01m;
    private const double MemoryLimit = 128e6;

    public long Few { get; init; } = 1_000_000;

    public long Many { get; init; } = 10_000_000;

    private CancellationToken Token => context.Cancellation;

    public async IAsyncEnumerable<Figure> RunAsync()
    {
        await using (var few = await FillAsync("few", Few))
        {
            var plain = new PlainChecksums(few);
            yield return Seconds(
                $"contents of {few.Name}, two hashes of the rows' text",
                await MeasureAsync(few, "two hashes of the rows' text", plain.TextHashesAsync),
                limit: 0.8,
                aim: 0.7
            );
            yield return Seconds(
                $"contents of {few.Name}, one digest of the sorted rows",
                await MeasureAsync(few, "one digest of the sorted rows", plain.OrderedDigestAsync),
                limit: 0.3,
                aim: 0.25
            );
        }

        await using var many = await FillAsync("many", Many);
        var (asked, times) = await LocateAsync(many);
        yield return Figure.Lower(
            $"queries a side to locate one changed cell in {many.Name}, to what is allowed",
            "queries",
            asked.Queries,
            QueriesAllowed(many.Rows),
            limit: 1.0,
            aim: 0.1
        );
        yield return Figure.Lower(
            $"rows fetched a side to locate one changed cell in {many.Name}, to what is allowed",
            "rows",
            asked.Rows,
            DifferenceFinder.SmallEnough,
            limit: 1.0,
            aim: 1.0
        );
        yield return Seconds(
            $"one changed cell in {many.Name}, the same without a difference",
            times,
            limit: null,
            aim: null
        );

        yield return await PeakAsync(many, "without a difference", changed: false, different: 0);
        yield return await PeakAsync(many, "every row changed", changed: true, different: Many);
        await many.EmptyTargetAsync(Token);
        yield return await PeakAsync(many, "the target emptied", changed: false, different: Many);
    }

    private Task<CopiedReadings> FillAsync(string database, long rows) =>
        screen.ShowAsync(
            $"Fill '{database}'",
            progress => CopiedReadings.CreateAsync(servers, database, rows, progress, Token),
            readings => $"{readings.Name} on both servers"
        );

    private Task<Pairs> MeasureAsync(
        CopiedReadings readings,
        string reference,
        Func<CancellationToken, Task<double>> measure
    ) =>
        screen.ShowAsync(
            $"Measure '{readings.Database}' against {reference}",
            progress =>
                Pairs.MeasureAsync(
                    PairsAtLeast,
                    () => SecondsAsync(readings, Verdict.Pass),
                    () => measure(Token),
                    progress
                ),
            _ => $"{PairsAtLeast} pairs"
        );

    private async Task<double> SecondsAsync(CopiedReadings readings, Verdict expected) =>
        (await ContentsRun.RunAsync(readings, expected, Token)).DurationSeconds;

    /// <summary>Queries and rows are those of the side that was asked more, and equal in every run.</summary>
    private async Task<(Asked Asked, Pairs Times)> LocateAsync(CopiedReadings readings)
    {
        var asked = new Asked(0, 0);
        var times = await screen.ShowAsync(
            "Locate one changed cell",
            progress =>
                Pairs.MeasureAsync(PairsAtLeast, ChangedAsync, () => SecondsAsync(readings, Verdict.Pass), progress),
            _ => $"{PairsAtLeast} pairs"
        );
        return (asked, times);

        async Task<double> ChangedAsync()
        {
            await readings.ChangeCellAsync(Change, Token);
            await Asked.BeginAsync(servers.Source, Token);
            await Asked.BeginAsync(servers.Target, Token);
            var seconds = await SecondsAsync(readings, Verdict.Fail);
            var (source, target) = (
                await Asked.ReadAsync(servers.Source, readings.Database, Token),
                await Asked.ReadAsync(servers.Target, readings.Database, Token)
            );
            asked = new Asked(Math.Max(source.Queries, target.Queries), Math.Max(source.Rows, target.Rows));
            await readings.ChangeCellAsync(-Change, Token);
            return seconds;
        }
    }

    /// <summary>2k·⌈log_k(N/t)⌉ + 2, for k segments a step and t rows that are few enough to be fetched.</summary>
    private static double QueriesAllowed(long rows)
    {
        var segments = 1L << DifferenceFinder.SegmentBits;
        var steps = Math.Max(0, Math.Ceiling(Math.Log((double)rows / DifferenceFinder.SmallEnough, segments)));
        return (2 * segments * steps) + 2;
    }

    /// <summary>Of <c>Verify</c> as a user runs it: all checks, in a process of its own.</summary>
    private async Task<Figure> PeakAsync(CopiedReadings readings, string what, bool changed, long different)
    {
        var plan = Path.Combine(context.ArtifactsDirectory, "benchmarks", "verification.plan.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(plan)!);
        await File.WriteAllTextAsync(plan, CopiedReadings.PlanText(changed), Token);
        var run = await screen.ShowAsync(
            $"Verify {readings.Name}, {what}",
            progress =>
                new TargetProcess(context, servers, readings.Database).RunAsync(
                    ["Verify", "--plan", plan],
                    progress,
                    Token
                ),
            run => $"peak memory {run.PeakMemoryBytes / 1e6:N0} MB"
        );
        var result = EvidenceJson.Deserialize<VerificationResult>(
            await File.ReadAllTextAsync(Path.Combine(run.Evidence, "verification.json"), Token)
        );
        var contents = result.Checks.FirstOrDefault(check => check.Check == CheckNames.Contents);
        return
            contents is not null
            && contents.Violations == different
            && contents.Rows == readings.Rows
            && run.ExitCode == result.Verdict.ExitCode()
            ? Figure.Lower(
                $"peak memory of Verify at {readings.Name}, {what}, to 128 MB",
                "MB",
                run.PeakMemoryBytes / 1e6,
                MemoryLimit / 1e6,
                limit: 1.0,
                aim: 0.8
            )
            : throw new InvalidOperationException(
                $"Expected {different} differences in {readings.Name}; Verify ended with {run.ExitCode}: {run.Errors}"
            );
    }

    private static Figure Seconds(string name, Pairs pairs, double? limit, double? aim) =>
        Figure.Lower(name, "s", pairs.SubjectMedian, pairs.ReferenceMedian, limit, aim);
}
