using System.Net;
using FreshTrack.Api;
using FreshTrack.Api.Schema;
using Microsoft.AspNetCore.Builder;

namespace FreshTrack.IntegrationTests.Api.Once;

/// <summary>Monthly partitions, made while the API runs and readings come in.</summary>
public sealed class PartitionUpkeepTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string DefaultSql = "select count(*) from only sensor_readings_default";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Migrate_moves_what_waits_in_the_default_partition()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var id = await StoreAsync(place, "2026-09-21");
        Assert.Equal("sensor_readings_default", await PartitionOfAsync(id));

        var later = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(ApiStage.Start.AddDays(230));
        var result = await SchemaMigration.RunAsync(stage.Database, temperatures: null, later, Cancel);

        Assert.Null(result.Problem);
        Assert.Equal("sensor_readings_2026_09", await PartitionOfAsync(id));
        Assert.Equal(1, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel));
    }

    [Fact]
    public async Task Partition_that_is_made_later_has_what_the_first_ones_have()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await StoreAsync(place, "2027-03-21");
        await stage.Data.ValueAsync<int>("select ensure_reading_partitions(date '2027-03-01', 1)", Cancel);

        Assert.Equal(
            await DeclarationsAsync("sensor_readings_2026_01"),
            await DeclarationsAsync("sensor_readings_2027_03")
        );
    }

    [Fact]
    public async Task Import_of_old_readings_gets_partitions_while_readings_keep_coming()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(one.Urls.First()) };
        using var other = new HttpClient { BaseAddress = new Uri(two.Urls.First()) };
        var ids = new List<Guid>();
        for (var i = 0; i < 120; i++)
        {
            var minute = (60 * 24 * 31 * (20 + (i % 12))) + i;
            var answers = await Task.WhenAll(
                client.BulkAsync(place, Cancel, Entries.Entry(place, minute, 4)),
                other.BulkAsync(place, Cancel, Entries.Entry(place, minute, 4)),
                other.BulkAsync(place, Cancel, Entries.Entry(place, i + 1, 4))
            );

            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
            ids.AddRange(answers.Select(answer => answer.Body.Id()));
        }

        await UntilAsync(async () => await stage.Data.ValueAsync<long>(DefaultSql, Cancel) == 0);
        Assert.Equal(240, ids.Distinct().Count());
        Assert.Equal(
            240,
            await stage.Data.ValueAsync<long>(
                "select count(distinct id) from sensor_readings "
                    + $"where id in ('{string.Join("','", ids.Distinct())}')",
                Cancel
            )
        );
        Assert.Equal(240, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel));
        Assert.Equal("0", await GaugeAsync(client));
    }

    [Fact]
    public async Task Reader_that_holds_the_default_partition_holds_no_reading_up()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var waiting = await StoreAsync(place, "2028-03-21");
        await using var reader = await stage.Data.OpenConnectionAsync(Cancel);
        await using var transaction = await reader.BeginTransactionAsync(Cancel);
        await using var look = new Npgsql.NpgsqlCommand("select count(*) from sensor_readings_default", reader);
        await look.ExecuteScalarAsync(Cancel);
        await using var api = await StartAsync(stage.Clock.GetUtcNow().AddDays(750));
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };

        for (var minute = 1; minute <= 40; minute++)
        {
            var answer = await client.BulkAsync(place, Cancel, Entries.Entry(place, minute, 4));
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            await Task.Delay(TimeSpan.FromMilliseconds(25), Cancel);
        }

        Assert.Equal("sensor_readings_default", await PartitionOfAsync(waiting));
        await transaction.RollbackAsync(Cancel);
        await UntilAsync(async () => await PartitionOfAsync(waiting) == "sensor_readings_2028_03");
    }

    [Fact]
    public async Task Reading_that_waits_while_its_partition_is_attached_goes_into_it()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await using var reader = await stage.Data.OpenConnectionAsync(Cancel);
        await using var transaction = await reader.BeginTransactionAsync(Cancel);
        await using var look = new Npgsql.NpgsqlCommand("select count(*) from sensor_readings_default", reader);
        await look.ExecuteScalarAsync(Cancel);

        var attaching = stage.Data.ValueAsync<int>("select ensure_reading_partitions(date '2031-03-01', 1)", Cancel);
        await UntilWaitingAsync(1);
        var storing = StoreAsync(place, "2031-03-21");
        await UntilWaitingAsync(2);
        await transaction.RollbackAsync(Cancel);

        Assert.Equal(1, await attaching);
        Assert.Equal("sensor_readings_2031_03", await PartitionOfAsync(await storing));
    }

    [Fact]
    public async Task Failing_database_ends_nothing_and_is_looked_at_again()
    {
        await stage.Data.ValueAsync<int>(
            "alter table sensor_readings_default rename to sensor_readings_elsewhere; select 1",
            Cancel
        );
        await using var api = await StartAsync(stage.Clock.GetUtcNow().AddYears(4));
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
        await Task.Delay(TimeSpan.FromMilliseconds(300), Cancel);
        Assert.Equal("ok", await client.GetStringAsync(new Uri("/health/live", UriKind.Relative), Cancel));

        await stage.Data.ValueAsync<int>(
            "alter table sensor_readings_elsewhere rename to sensor_readings_default; select 1",
            Cancel
        );

        await UntilAsync(async () =>
            await stage.Data.ValueAsync<bool>("select to_regclass('sensor_readings_2030_04') is not null", Cancel)
        );
    }

    [Fact]
    public async Task Rows_without_a_partition_are_measured()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await StoreAsync(place, "1990-03-21");
        await StoreAsync(place, "1991-03-21");
        await using var api = await StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };

        await UntilAsync(async () => await GaugeAsync(client) == "2");
    }

    private async Task<WebApplication> StartAsync(DateTimeOffset? at = null)
    {
        var options = stage.Options(stage.Database) with { LookAtPartitionsEvery = TimeSpan.FromMilliseconds(50) };
        var api = FreshTrackApi.Build(
            at is { } moment
                ? options with
                {
                    Clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(moment),
                }
                : options
        );
        await api.StartAsync(Cancel);
        return api;
    }

    private Task<Guid> StoreAsync(Place place, string day) =>
        stage.Data.ValueAsync<Guid>(
            "insert into sensor_readings (unit_id, source, temperature, recorded_at) "
                + $"values ('{place.Unit}', 'import', 4, '{day} 12:00:00+00') returning id",
            Cancel
        );

    private Task<string> PartitionOfAsync(Guid id) =>
        stage.Data.ValueAsync<string>(
            $"select tableoid::regclass::text from sensor_readings where id = '{id}'",
            Cancel
        );

    private Task<string> DeclarationsAsync(string partition) =>
        stage.Data.ValueAsync<string>(
            $"""
            select string_agg(line, E'\n' order by line) from (
              select replace(pg_get_indexdef(indexrelid), '{partition}', 'P') as line
              from pg_index where indrelid = '{partition}'::regclass
              union all
              select replace(conname || ' ' || pg_get_constraintdef(oid), '{partition}', 'P')
              from pg_constraint where conrelid = '{partition}'::regclass
              union all
              select attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull
              from pg_attribute where attrelid = '{partition}'::regclass and attnum > 0
            ) lines
            """,
            Cancel
        );

    private static async Task<string> GaugeAsync(HttpClient client)
    {
        const string Name = "freshtrack_default_partition_rows ";
        var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel);
        return metrics.Split('\n').Single(line => line.StartsWith(Name))[Name.Length..];
    }

    private Task UntilWaitingAsync(int sessions) =>
        UntilAsync(async () =>
            await stage.Data.ValueAsync<long>(
                "select count(distinct pid) from pg_locks where not granted "
                    + "and relation::regclass::text like 'sensor_%' "
                    + "and database = (select oid from pg_database where datname = current_database())",
                Cancel
            ) == sessions
        );

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var look = 0; !await isSo(); look++)
        {
            Assert.True(look < 300, "It was not so within 30 s.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancel);
        }
    }
}
