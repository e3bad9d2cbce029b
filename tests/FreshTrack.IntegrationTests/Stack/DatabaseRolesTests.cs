using System.Net;
using FreshTrack.Api.Commands;
using FreshTrack.Api.Schema;
using FreshTrack.IntegrationTests.Api;
using FreshTrack.IntegrationTests.Api.Alerts;
using FreshTrack.IntegrationTests.Api.Once;
using Npgsql;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>The API as the role that it has in the stack, on a database that the owner migrated; and what that role and
/// the others may not do.</summary>
public sealed class DatabaseRolesTests(StackDatabase database, Servers servers)
    : IClassFixture<StackDatabase>,
        IAsyncLifetime
{
    private ApiStage stage = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stage = new ApiStage(servers)
        {
            OwnDatabase = database.As("owner"),
            Configure = options =>
                options with
                {
                    Database = database.As("api"),
                    LookAtPartitionsEvery = TimeSpan.FromMilliseconds(100),
                },
        };
        await stage.InitializeAsync();
        await stage.ResetAsync(Cancel);
    }

    public async ValueTask DisposeAsync() => await stage.DisposeAsync();

    [Fact]
    public async Task Api_ingests_reads_alerts_and_makes_partitions_without_a_right_to_make_tables()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        var token = await stage.SignInAsync(place.Organization, Cancel, role: "admin");

        // Webhook and bulk, and what is judged of them.
        foreach (var (minute, temperature) in new[] { (-30, 4m), (-25, 9m), (-15, 9.5m), (-10, 9.75m) })
        {
            await stage.ReportAsync(place, minute, Cancel, temperature);
            await stage.Data.JudgedAsync(Cancel);
        }

        var bulk = await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, 4), Entries.Entry(place, 2, 5));
        Assert.Equal(HttpStatusCode.OK, bulk.Status);
        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "temp_excursion critical active", Cancel);

        // What dashboards ask and change.
        var (status, readings) = await stage.Client.ReadAsync(place.ReadingsPath, token, Cancel);
        Assert.Equal((HttpStatusCode.OK, 6), (status, readings["data"]!.AsArray().Count));
        var alert = await stage.Data.ValueAsync<Guid>("select id from alerts", Cancel);
        var path = $"/api/orgs/{place.Organization}/alerts/{alert}/acknowledge";
        var acknowledged = await stage.Client.SendAsync(HttpMethod.Post, path, token, "{}", Cancel);
        Assert.Equal(HttpStatusCode.OK, acknowledged.Status);
        var area = await stage.Client.SendAsync(
            HttpMethod.Post,
            place.AreasPath,
            token,
            """{"name":"Cellar"}""",
            Cancel
        );
        Assert.Equal(HttpStatusCode.Created, area.Status);

        // A month that has no partition yet: the reading waits in the default partition, and is moved out of it.
        var old = await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 60 * 24 * 31 * 20, 4));
        Assert.Equal(HttpStatusCode.OK, old.Status);
        await stage.Data.UntilAsync(
            $"select tableoid::regclass::text from sensor_readings where id = '{old.Body.Id()}'",
            "sensor_readings_2024_05",
            Cancel
        );
        Assert.Equal(
            "freshtrack_owner",
            await stage.Data.ValueAsync<string>(
                "select tableowner::text from pg_tables where tablename = 'sensor_readings_2024_05'",
                Cancel
            )
        );
        Assert.Equal("ok", await stage.Client.GetStringAsync(new Uri("/health/live", UriKind.Relative), Cancel));
    }

    [Fact]
    public async Task Commands_of_the_night_need_no_more()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await stage.SignInAsync(place.Organization, Cancel);
        await using var data = NpgsqlDataSource.Create(database.As("api"));
        var email = await stage.Data.ValueAsync<string>("select email from users", Cancel);

        CommandResult[] results =
        [
            await MaintenanceCommand.SwitchAsync(data, isOn: true, canary: null, Cancel),
            await MaintenanceCommand.SwitchAsync(data, isOn: false, canary: null, Cancel),
            await NotificationsCommand.HoldAsync(data, canary: null, stage.Clock, Cancel),
            await NotificationsCommand.ReleaseAsync(data, "2026-01-15T00:00:00Z", ["email"], stage.Clock, Cancel),
            await CreateAdminCommand.RunAsync(
                data,
                email,
                $"{place.Organization}",
                asOwner: false,
                stage.Clock,
                Cancel
            ),
        ];

        Assert.All(results, result => Assert.Equal(CommandResult.Success, result.Code));
    }

    [Theory]
    [InlineData("api", "create table public.mine (id int)")]
    [InlineData("api", "create table api.mine (id int)")]
    [InlineData("api", "create temporary table mine (id int)")]
    [InlineData("api", "create schema mine")]
    [InlineData("api", "alter table public.alerts add column mine int")]
    [InlineData("api", "drop table public.alerts")]
    [InlineData("api", "truncate public.alerts")]
    [InlineData("api", "create index on public.alerts (id)")]
    [InlineData("api", "create function public.mine() returns int language sql return 1")]
    [InlineData("api", "select public.ensure_reading_partitions(date '2035-01-01', 1)")]
    [InlineData("api", "create role mine")]
    [InlineData("api", "set role freshtrack_owner")]
    [InlineData("api", "copy public.alerts to '/tmp/alerts'")]
    [InlineData("readonly", "select api.add_missing_month(date '2035-01-01')")]
    [InlineData("readonly", "select * from api.maintenance")]
    [InlineData("readonly", "set transaction read write; delete from public.alerts")]
    [InlineData("exporter", "select * from public.alerts")]
    [InlineData("backup", "set transaction read write; delete from public.alerts")]
    [InlineData("backup", "select api.add_missing_month(date '2035-01-01')")]
    public async Task Role_may_not(string role, string sql)
    {
        await using var data = NpgsqlDataSource.Create(database.As(role));

        var refused = await Assert.ThrowsAsync<PostgresException>(() => data.RunAsync(sql, Cancel));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Theory]
    [InlineData("readonly", "select count(*) from public.sensor_readings")]
    [InlineData("backup", "select count(*) from api.maintenance")]
    [InlineData("backup", "lock table public.alerts in access share mode")]
    [InlineData("exporter", "select count(*) from pg_stat_activity where query is not null")]
    public async Task Role_may(string role, string sql)
    {
        await using var data = NpgsqlDataSource.Create(database.As(role));

        await data.RunAsync($"begin; {sql}; commit", Cancel);
    }

    [Theory]
    [InlineData("1999-12-01")]
    [InlineData("2100-01-01")]
    public async Task Partition_of_no_month_that_was_measured_is_refused(string month)
    {
        await using var data = NpgsqlDataSource.Create(database.As("api"));

        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            data.RunAsync($"select api.add_missing_month(date '{month}')", Cancel)
        );

        Assert.Equal(PostgresErrorCodes.RaiseException, refused.SqlState);
        Assert.Contains(month, refused.MessageText);
    }

    [Fact]
    public async Task Roles_can_be_made_again_and_no_password_is_logged()
    {
        await using var data = NpgsqlDataSource.Create(database.As("owner"));
        await data.RunAsync("alter role freshtrack_api password 'another'", Cancel);
        NpgsqlConnection.ClearAllPools();

        var repeated = await database.RepeatRolesAsync();

        Assert.True(repeated.ExitCode == 0, repeated.Stderr);
        await using var api = NpgsqlDataSource.Create(database.As("api"));
        await api.RunAsync("select count(*) from public.alerts", Cancel);
        var log = await database.LogAsync();
        Assert.All(
            new[] { "owner", "api", "readonly", "backup", "exporter" },
            role => Assert.DoesNotContain(StackDatabase.PasswordOf(role), log)
        );
    }

    [Fact]
    public async Task Settings_are_those_of_the_file()
    {
        await using var data = NpgsqlDataSource.Create(database.As("owner"));

        Assert.Equal(
            "/etc/postgresql/postgresql.conf 512MB UTF8",
            await data.ValueAsync<string>(
                "select concat_ws(' ', current_setting('config_file'), current_setting('shared_buffers'), "
                    + "current_setting('server_encoding'))",
                Cancel
            )
        );
        Assert.Equal(
            "",
            await data.ValueAsync<string>(
                "select coalesce(string_agg(name || ': ' || error, ', '), '') "
                    + "from pg_file_settings where error is not null",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Owner_can_migrate_again()
    {
        var result = await SchemaMigration.RunAsync(database.As("owner"), temperatures: null, stage.Clock, Cancel);

        Assert.Null(result.Problem);
        Assert.Empty(result.Applied);
    }
}
