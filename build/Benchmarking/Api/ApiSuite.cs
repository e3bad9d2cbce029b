using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Load;
using FreshTrack.Load.ClosedLoop;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Build.Benchmarking.Api;

/// <summary>The API in its container against pgbench on the same tables, each through one of Docker's published ports,
/// and the API's memory under a long load.</summary>
internal sealed class ApiSuite(BuildContext context, RunObservers screen)
{
    private const int PairsAtLeast = 3;
    private const int IngestionConnections = 32;
    private const int QueryConnections = 8;
    private const int Seed = 1;
    private const int Unlimited = 1_000_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    private CancellationToken Token => context.Cancellation;

    public async IAsyncEnumerable<Figure> RunAsync()
    {
        var images = await ImageSet.ReadAsync(context.RepositoryRoot, ImageCatalog.Stage, Token);
        await using var stage = await screen.ShowAsync(
            "Stage",
            progress => Stage.StartAsync(Options(images), progress, Token),
            _ => "PostgreSQL, Redis and Stack Auth are ready"
        );
        await stage.Api.RunAsync("migrate C", Token);
        await using var database = NpgsqlDataSource.Create(stage.Target);
        var world = new ApiWorld(database, stage);
        var target = await world.FillAsync(await stage.Api.StartAsync(Token), Token);
        var pgBench = new PgBench(
            await stage.StartProgramsAsync(Token),
            BenchmarkServers.Url(stage.Target, "freshtrack")
        );

        var (webhooks, inserts) = await IngestionAsync(world, target, pgBench);
        yield return Figure.Higher(
            "accepted webhooks at 32 connections, one insert a transaction by pgbench with 32 clients",
            "/s",
            Pairs.Median([.. webhooks.Select(run => run.PerSecond)]),
            Pairs.Median([.. inserts.Select(run => run.PerSecond)]),
            limit: 1.0,
            aim: 1.5
        );
        yield return Figure.Lower(
            "p99 of these webhooks, of these transactions",
            "ms",
            Pairs.Median([.. webhooks.Select(run => run.P99Milliseconds)]),
            Pairs.Median([.. inserts.Select(run => run.P99Milliseconds)]),
            limit: 1.0,
            aim: 0.8
        );

        var queries = await QueriesAsync(world, target, pgBench, database);
        yield return Figure.Higher(
            $"queries of {ApiWorld.ReadingsADay} readings at 8 connections, the same SQL by pgbench with 8 clients",
            "/s",
            queries.SubjectMedian,
            queries.ReferenceMedian,
            limit: 0.5,
            aim: 0.7
        );

        await world.EmptyAsync(Token);
        var memory = await new SustainedRun(stage.Api, target, screen).RunAsync(Token);
        yield return Figure.Lower(
            "memory after 5 minutes at 500 webhooks/s, after the first",
            "MB",
            memory.AtEnd / 1e6,
            memory.AtStart / 1e6,
            limit: 1.2,
            aim: 1.05
        );
    }

    private static StageOptions Options(ImageSet images) =>
        new($"benchmark-{Guid.CreateVersion7():N}", images, FixtureSecrets.WebhookKey.ToArray())
        {
            UserRequestsPerSecond = Unlimited,
        };

    private async Task<(List<ClosedLoopResult> Webhooks, List<PgBenchResult> Inserts)> IngestionAsync(
        ApiWorld world,
        LoadTarget target,
        PgBench pgBench
    )
    {
        var (webhooks, inserts) = (new List<ClosedLoopResult>(), new List<PgBenchResult>());
        var loop = new ClosedLoopRun(target.Api, IngestionConnections, new WebhookRequests(target, Seed));
        await screen.ShowAsync(
            "Measure ingestion against pgbench",
            progress => Pairs.MeasureAsync(PairsAtLeast, SubjectAsync, ReferenceAsync, progress),
            pairs => $"{PairsAtLeast} pairs, {pairs.Ratio:0.00}×"
        );
        return (webhooks, inserts);

        async Task<double> SubjectAsync()
        {
            await world.EmptyAsync(Token);
            webhooks.Add(loop.Run(WarmUp, Duration, Token));
            return webhooks[^1].PerSecond;
        }

        async Task<double> ReferenceAsync()
        {
            await world.EmptyAsync(Token);
            inserts.Add(
                await pgBench.RunAsync(
                    InsertScript,
                    IngestionConnections,
                    Duration,
                    new Dictionary<string, string>(),
                    Token
                )
            );
            return inserts[^1].PerSecond;
        }
    }

    private async Task<Pairs> QueriesAsync(
        ApiWorld world,
        LoadTarget target,
        PgBench pgBench,
        NpgsqlDataSource database
    )
    {
        await world.FillDayAsync(Token);
        var end = TimeProvider.System.GetUtcNow().AddMinutes(1);
        var loop = new ClosedLoopRun(
            target.Api,
            QueryConnections,
            new ReadingsRequests(target, target.Units[0], end.AddHours(-24.5), end, ApiWorld.ReadingsADay)
        );
        var sql = await ReadingsSql.CaptureAsync(loop, database, Token);
        return await screen.ShowAsync(
            "Measure queries against pgbench",
            progress =>
                Pairs.MeasureAsync(
                    PairsAtLeast,
                    () => Task.FromResult(loop.Run(WarmUp, Duration, Token).PerSecond),
                    async () =>
                        (
                            await pgBench.RunAsync(
                                sql.Script,
                                QueryConnections,
                                Duration,
                                sql.Variables(target.Units[0], end.AddHours(-24.5), end, ApiWorld.ReadingsADay),
                                Token
                            )
                        ).PerSecond,
                    progress
                ),
            pairs => $"{PairsAtLeast} pairs, {pairs.Ratio:0.00}×"
        );
    }

    /// <summary>The columns that a webhook fills, with the table's own default as id.</summary>
    private static string InsertScript
    {
        get
        {
            var n = new Sql(":n::int");
            return $$"""
                \set n random(0, {{ApiWorld.Units - 1}})
                \set frame random(1, 4000000000)
                insert into sensor_readings (
                  unit_id, lora_sensor_id, source, temperature, humidity, battery, battery_voltage, signal_strength,
                  recorded_at, received_at, f_cnt, f_port, frm_payload_base64, raw_payload_hex, network_decoded_payload)
                values (
                  {{ApiWorld.IdSql(4, n)}}, {{ApiWorld.IdSql(5, n)}}, 'ttn', 4.25, 60.5, 92, 3.61, -61,
                  clock_timestamp(), clock_timestamp(), :frame, 2, 'AaUAeQC1', '01a5007900b5',
                  '{"temperature":4.25,"humidity":60.5,"battery":92,"battery_voltage":3.61}');
                """;
        }
    }
}
