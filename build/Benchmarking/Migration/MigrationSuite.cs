using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Migration;
using FreshTrack.Plan;

namespace FreshTrack.Build.Benchmarking.Migration;

/// <summary>Export to the object store and import with keys and checksums, against other ways of moving the same rows
/// between the same servers.</summary>
internal sealed class MigrationSuite(BuildContext context, BenchmarkServers servers, RunObservers screen)
{
    private const int PairsAtLeast = 3;
    private const long Few = 1_000_000;
    private const long Many = 10_000_000;
    private const int Documents = 300;
    private const double MemoryLimit = 256e6;

    private CancellationToken Token => context.Cancellation;

    public async IAsyncEnumerable<Figure> RunAsync()
    {
        var few = ReadingsShape.Of("few", Few);
        await FillAsync(few);
        var pipe = await MeasureAsync(few, "the raw pipe", references => references.RawPipeAsync(Token));
        yield return Seconds("1 M readings, raw COPY pipe", pipe.Pairs, limit: 2.0, aim: 1.5);
        var copied = await MeasureAsync(few, "pgcopydb", references => references.PgCopyDbAsync(Token));
        yield return Seconds("1 M readings, pgcopydb clone", copied.Pairs, limit: 1.0, aim: 0.9);
        var dumped = await MeasureAsync(
            few,
            "pg_dump and pg_restore",
            references => references.DumpAndRestoreAsync(Token)
        );
        yield return Seconds("1 M readings, pg_dump -Fc -Z9 and pg_restore", dumped.Pairs, limit: 0.25, aim: 0.2);

        var many = ReadingsShape.Of("many", Many);
        await FillAsync(many);
        var large = await MeasureAsync(many, "the raw pipe", references => references.RawPipeAsync(Token));
        yield return Figure.Lower(
            "the pipe's ratio at 10 M readings to that at 1 M",
            "×",
            large.Pairs.Ratio,
            pipe.Pairs.Ratio,
            limit: 1.2,
            aim: 1.0
        );
        var small = Peak([.. pipe.Moves, .. copied.Moves, .. dumped.Moves]);
        yield return Memory(
            "peak memory at 10 M readings to that at 1 M",
            Peak(large.Moves),
            small,
            limit: 1.1,
            aim: 1.0
        );
        yield return Memory(
            "peak memory at 10 M readings to 256 MB",
            Peak(large.Moves),
            MemoryLimit,
            limit: 1.0,
            aim: 0.8
        );

        var documents = BenchmarkData.Documents(Documents);
        await FillAsync(documents);
        var move = await screen.ShowAsync(
            "Move documents of 1 MB",
            _ => RunAsync(documents),
            move => $"{move.RawBytes / 1e6:0} MB in {move.Parts} parts"
        );
        yield return Memory(
            "peak memory with values of 1 MB to 256 MB",
            move.PeakMemoryBytes,
            MemoryLimit,
            limit: 1.0,
            aim: 0.8
        );
    }

    private async Task<(Pairs Pairs, List<MoveSummary> Moves)> MeasureAsync(
        BenchmarkData data,
        string reference,
        Func<References, Task<double>> measure
    )
    {
        var moves = new List<MoveSummary>();
        var references = new References(servers, data.Plain, data.Plain);
        var pairs = await screen.ShowAsync(
            $"Measure '{data.Database}' against {reference}",
            progress => Pairs.MeasureAsync(PairsAtLeast, SubjectAsync, () => measure(references), progress),
            pairs => $"{PairsAtLeast} pairs"
        );
        return (pairs, moves);

        async Task<double> SubjectAsync()
        {
            moves.Add(await RunAsync(data));
            return moves[^1].Seconds;
        }
    }

    private async Task<MoveSummary> RunAsync(BenchmarkData data)
    {
        var plan = Path.Combine(context.ArtifactsDirectory, "benchmarks", $"{data.Database}.plan.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(plan)!);
        await File.WriteAllTextAsync(plan, data.Plan, Token);
        return await new MoveProcess(context, servers, data.Database, plan).RunAsync(Token);
    }

    /// <summary>A source for the move, which will be frozen,
    /// and an equal one for the others; an empty target for each.</summary>
    private Task<bool> FillAsync(BenchmarkData data) =>
        screen.ShowAsync(
            $"Fill '{data.Database}'",
            async _ =>
            {
                await BenchmarkServers.ExecuteAsync(
                    servers.Source,
                    "postgres",
                    Sql.Format($"create database {new Identifier(data.Database)}"),
                    Token
                );
                await BenchmarkServers.ExecuteAsync(
                    servers.Source,
                    data.Database,
                    Sql.Join("", [data.Tables, data.Fill, data.Keys]),
                    Token
                );
                await BenchmarkServers.ExecuteAsync(servers.Source, data.Database, new Sql("vacuum analyze"), Token);
                await BenchmarkServers.ExecuteAsync(
                    servers.Source,
                    "postgres",
                    Sql.Format(
                        $"create database {new Identifier(data.Plain)} template {new Identifier(data.Database)}"
                    ),
                    Token
                );
                foreach (var database in new[] { data.Database, data.Plain })
                {
                    await BenchmarkServers.ExecuteAsync(
                        servers.Target,
                        "postgres",
                        Sql.Format($"create database {new Identifier(database)}"),
                        Token
                    );
                    await BenchmarkServers.ExecuteAsync(
                        servers.Target,
                        database,
                        Sql.Join("", [data.Tables, data.Keys]),
                        Token
                    );
                }

                return true;
            },
            _ => "ready"
        );

    private static double Peak(IEnumerable<MoveSummary> moves) =>
        Pairs.Median([.. moves.Select(move => (double)move.PeakMemoryBytes)]);

    private static Figure Seconds(string name, Pairs pairs, double limit, double aim) =>
        Figure.Lower(name, "s", pairs.SubjectMedian, pairs.ReferenceMedian, limit, aim);

    private static Figure Memory(string name, double subject, double reference, double limit, double aim) =>
        Figure.Lower(name, "MB", subject / 1e6, reference / 1e6, limit, aim);
}
