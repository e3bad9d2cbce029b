using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Source;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Fixtures;

public sealed class SourceFillTests(Servers servers, FilledSource filled) : IClassFixture<FilledSource>
{
    [Fact]
    public async Task Smoke_fills_exactly_the_promised_counts()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        Assert.Equal(10_000, filled.Summary.Rows[TableName.Parse("public.sensor_readings")]);
        Assert.Equal(500, filled.Summary.Rows[TableName.Parse("public.event_logs")]);
        Assert.Equal(50, filled.Summary.Rows[TableName.Parse("public.alerts")]);

        foreach (var (table, rows) in filled.Summary.Rows)
        {
            Assert.Equal(
                rows,
                await filled.Database.SingleAsync<long>(
                    Sql.Format($"select count(*) from {table}").Text,
                    cancellationToken
                )
            );
        }
    }

    [Fact]
    public async Task Every_table_holds_something()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tables = await filled.Database.ListAsync(
            "select schemaname || '.' || tablename from pg_tables where schemaname in ('public', 'auth', 'storage')",
            cancellationToken
        );

        Assert.Equal(tables.Order(), filled.Summary.Rows.Keys.Select(table => table.ToString()).Order());
    }

    [Fact]
    public async Task Every_reference_holds_though_the_fill_put_the_checks_off()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var probes = await filled.Database.ListAsync(
            """
            select format(
              'select %L where exists (select from %s child where %I is not null '
                'and not exists (select from %s parent where parent.%I = child.%I))',
              key.conrelid::regclass || '.' || own.attname, key.conrelid::regclass, own.attname,
              key.confrelid::regclass, other.attname, own.attname)
            from pg_constraint key
            join pg_attribute own on own.attrelid = key.conrelid and own.attnum = key.conkey[1]
            join pg_attribute other on other.attrelid = key.confrelid and other.attnum = key.confkey[1]
            where key.contype = 'f'
            """,
            cancellationToken
        );
        Assert.True(probes.Count > 50);

        foreach (var probe in probes)
        {
            Assert.Empty(await filled.Database.ListAsync(probe, cancellationToken));
        }
    }

    [Fact]
    public async Task Every_organization_has_a_whole_chain_that_some_rows_predate()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var over = (await PlanText.ReadAsync(cancellationToken)).Table("public.event_logs").Chain!["over"];

        // Constant text, out of the repository's own plan file.
        var walked = await filled.Database.ListAsync(
            $"""
            select format('%s broken links, %s wrong hashes, predated: %s, hashed: %s',
              count(*) filter (where event_hash is not null and previous_hash is distinct from before),
              count(*) filter (where event_hash <> encode(sha256(convert_to({over}, 'UTF8')), 'hex')),
              count(*) filter (where event_hash is null and recorded_at < first) > 0,
              count(event_hash) > 200)
            from (
              select *, event_data as payload, lag(event_hash) over chain as before,
                min(recorded_at) filter (where event_hash is not null) over (partition by organization_id) as first
              from public.event_logs window chain as (partition by organization_id order by recorded_at, id)) as events
            group by organization_id
            """,
            cancellationToken
        );

        Assert.Equal(Enumerable.Repeat("0 broken links, 0 wrong hashes, predated: t, hashed: t", 2), walked);
    }

    [Fact]
    public async Task Equal_seeds_and_epochs_fill_equal_tables()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var again = await Databases.NewSourceAsync(servers, cancellationToken);
        await SourceDatabase.CreateAsync(again, cancellationToken);
        var lines = new Lines();
        await SourceFiller.FillAsync(again, FixtureScale.Smoke, 1, FilledSource.Epoch, lines, cancellationToken);

        foreach (var table in filled.Summary.Rows.Keys)
        {
            var digest = Sql.Format(
                $"select coalesce(md5(string_agg(t::text, '|' order by t::text collate \"C\")), '') from {table} t"
            ).Text;
            Assert.Equal(
                await filled.Database.SingleAsync<string>(digest, cancellationToken),
                await again.SingleAsync<string>(digest, cancellationToken)
            );
        }

        Assert.Contains("public.sensor_readings: 10,000 rows, done", lines.All);
    }

    [Theory]
    [InlineData("a note that is empty", "select 1 from units where notes = ''")]
    [InlineData("padded text", "select 1 from profiles where full_name like '% '")]
    [InlineData("quotes, tabs, backslashes", "select 1 from manual_temperature_logs where notes like '%\\\\slash%'")]
    [InlineData("an emoji", "select 1 from gateways where name like '%📡%'")]
    [InlineData(
        "a text array with a quoted comma",
        "select 1 from ttn_connections where 'with,comma \"quoted\"' = any (ttn_webhook_events)"
    )]
    [InlineData("an empty array", "select 1 from escalation_contacts where notification_channels = '{}'")]
    [InlineData(
        "a time with microseconds",
        "select 1 from profiles where extract(microseconds from quiet_hours_start)::bigint % 1000 <> 0"
    )]
    [InlineData(
        "an alert that follows a later one",
        "select 1 from alerts a join alerts b on b.id = a.correlated_with_alert_id "
            + "where b.triggered_at > a.triggered_at"
    )]
    [InlineData("a profile without an organization", "select 1 from profiles where organization_id is null")]
    [InlineData(
        "a reading without a temperature",
        "select 1 from sensor_readings where temperature is null and door_open is not null"
    )]
    [InlineData("a unit deleted by somebody", "select 1 from units where deleted_by is not null")]
    [InlineData(
        "a unit without device or sensor",
        "select 1 from units u where not exists (select from devices where unit_id = u.id) "
            + "and not exists (select from lora_sensors where unit_id = u.id)"
    )]
    [InlineData(
        "a device EUI in lower case with hyphens",
        "select 1 from lora_sensors where dev_eui ~ '^[0-9a-f]{2}(-[0-9a-f]{2}){7}$'"
    )]
    [InlineData("a sensor of the catalog", "select 1 from lora_sensors where sensor_catalog_id is not null")]
    [InlineData("a sensor outside of the catalog", "select 1 from lora_sensors where sensor_catalog_id is null")]
    [InlineData("a model that reports °F", "select 1 from sensor_catalog where temperature_unit = 'F'")]
    [InlineData(
        "a chemistry that is not known",
        "select 1 from sensor_catalog where battery_info ->> 'chemistry' is null"
    )]
    [InlineData(
        "a banned and a deleted user",
        "select 1 from auth.users a, auth.users b where a.banned_until is not null and b.deleted_at is not null"
    )]
    [InlineData("a numeric with trailing zeros", "select 1 from devices where battery_voltage::text like '%00'")]
    [InlineData("an impersonating user", "select 1 from event_logs where acting_user_id is not null")]
    [InlineData(
        "JSON with a number beyond a double",
        "select 1 from event_logs where event_data::text like '%12345678901234567890.123456789%'"
    )]
    public async Task Fixture_holds(string what, string question)
    {
        Assert.True(
            (await filled.Database.ListAsync(question, TestContext.Current.CancellationToken)).Count > 0,
            $"No row holds {what}."
        );
    }

    private sealed class Lines : IProgress<string>
    {
        public List<string> All { get; } = [];

        public void Report(string value) => All.Add(value);
    }
}
