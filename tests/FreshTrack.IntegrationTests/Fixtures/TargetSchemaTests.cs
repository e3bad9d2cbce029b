using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Fixtures;

public sealed class TargetSchemaTests(Servers servers, FilledSource filled) : IClassFixture<FilledSource>
{
    private const string Columns = """
        select tables.relnamespace::regnamespace || '.' || tables.relname || '.' || columns.attname
        from pg_attribute columns join pg_class tables on tables.oid = columns.attrelid
        where tables.relkind in ('r', 'p') and not tables.relispartition
          and columns.attnum > 0 and not columns.attisdropped
          and tables.relnamespace::regnamespace::text in ('public', 'auth', 'storage')
        """;

    [Fact]
    public async Task Partitions_are_made_once_however_often_one_asks()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var target = await TargetAsync(cancellationToken);

        Assert.Equal(
            4,
            await target.SingleAsync<int>("select ensure_reading_partitions(date '2025-11-30', 4)", cancellationToken)
        );
        Assert.Equal(
            0,
            await target.SingleAsync<int>(
                "select ensure_reading_partitions('2025-12-16', timestamptz '2026-01-14 23:59:59.999999Z')",
                cancellationToken
            )
        );
        Assert.Equal(
            1,
            await target.SingleAsync<int>("select ensure_reading_partitions(date '2025-12-16', 4)", cancellationToken)
        );
        Assert.Equal(
            [
                "sensor_readings_2025_11",
                "sensor_readings_2025_12",
                "sensor_readings_2026_01",
                "sensor_readings_2026_02",
                "sensor_readings_2026_03",
                "sensor_readings_default",
            ],
            await target.ListAsync(
                "select inhrelid::regclass::text "
                    + "from pg_inherits where inhparent = 'sensor_readings'::regclass order by 1",
                cancellationToken
            )
        );
    }

    [Fact]
    public async Task Partitions_asked_for_at_once_are_made_once()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var target = await TargetAsync(cancellationToken);

        var made = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    target.SingleAsync<int>("select ensure_reading_partitions(date '2026-01-01', 6)", cancellationToken)
                )
        );

        Assert.Equal(6, made.Sum());
    }

    [Fact]
    public async Task Plan_names_every_source_column_and_fills_every_target_column()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var target = await TargetAsync(cancellationToken);
        var plan = await PlanText.ReadAsync(cancellationToken);
        var from = (await filled.Database.ListAsync(Columns, cancellationToken)).ToHashSet();
        var into = (await target.ListAsync(Columns, cancellationToken)).ToHashSet();

        foreach (var table in plan.Tables)
        {
            var read = table.Columns.Values.Concat(table.Leave).Select(column => $"{table.Source}.{column}").ToList();
            Assert.All(read, column => Assert.Contains(column, from));
            from.ExceptWith(read);
            var written = table.Columns.Keys.Select(column => $"{table.Target}.{column}").ToList();
            Assert.All(
                written.Concat(table.Users.Concat(table.Secret).Select(column => $"{table.Target}.{column}")),
                column => Assert.Contains(column, into)
            );
            into.ExceptWith(written);
            var same = from.Where(column => column.StartsWith(table.Source + ".")).ToList();
            Assert.All(same, column => Assert.Contains(table.Target + column[table.Source.Length..], into));
            into.ExceptWith(same.Select(column => table.Target + column[table.Source.Length..]));
            from.ExceptWith(same);
        }

        Assert.Equal(plan.Leave.Order(), from.Select(column => column[..column.LastIndexOf('.')]).Distinct().Order());
        Assert.Equal(
            [
                "public.lora_sensors.temperature_field",
                "public.lora_sensors.temperature_unit",
                "public.sensor_readings.beside",
                "public.sensor_readings.door_open_count",
                "public.sensor_readings.door_open_seconds",
                "public.sensor_readings.f_cnt",
                "public.sensor_readings.said_at",
                "public.sensor_readings.superseded_by",
                "public.sensor_readings.supersedes",
                "public.ttn_connections.webhook_secret_lookup",
            ],
            into.Order()
        );
    }

    [Fact]
    public async Task Every_user_column_of_the_plan_references_users_and_no_other_does()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var target = await TargetAsync(cancellationToken);
        var plan = await PlanText.ReadAsync(cancellationToken);

        var references = await target.ListAsync(
            """
            select 'public.' || conrelid::regclass || '.' || attname from pg_constraint
            join pg_attribute on attrelid = conrelid and attnum = conkey[1]
            where contype = 'f' and confrelid = 'public.users'::regclass
            """,
            cancellationToken
        );

        var planned = plan
            .Tables.SelectMany(table => table.Users.Select(column => $"{table.Target}.{column}"))
            .Where(column => column != "public.users.id");
        Assert.Equal(planned.Order(), references.Order());
    }

    [Fact]
    public async Task Target_takes_every_row_of_the_source_in_the_plans_order()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var target = await TargetAsync(cancellationToken);
        await target.SingleAsync<int>("select ensure_reading_partitions(date '2025-12-16', 2)", cancellationToken);

        foreach (var table in (await PlanText.ReadAsync(cancellationToken)).Tables)
        {
            await CopyAsync(filled.Database, target, table, cancellationToken);

            var rows = await target.SingleAsync<long>(
                Sql.Format($"select count(*) from {TableName.Parse(table.Target)}").Text,
                cancellationToken
            );
            Assert.Equal(filled.Summary.Rows[TableName.Parse(table.Source)], rows);
        }

        Assert.Equal(
            0,
            await target.SingleAsync<long>("select count(*) from sensor_readings_default", cancellationToken)
        );
    }

    private static async Task CopyAsync(
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        PlanTable table,
        CancellationToken cancellationToken
    )
    {
        var from = TableName.Parse(table.Source);
        var columns = (await source.ListAsync(Columns, cancellationToken))
            .Where(column => column.StartsWith(table.Source + "."))
            .Select(column => column[(table.Source.Length + 1)..])
            .Except(table.Leave)
            .ToList();
        var renamed = columns.Select(column =>
            table.Columns.FirstOrDefault(pair => pair.Value == column).Key ?? column
        );
        await using var reader = await source.OpenConnectionAsync(cancellationToken);
        await using var writer = await target.OpenConnectionAsync(cancellationToken);
        await using var output = await reader.BeginRawBinaryCopyAsync(
            Sql.Format($"copy (select {Sql.Columns(columns)} from {from}) to stdout (format binary)").Text,
            cancellationToken
        );
        await using var input = await writer.BeginRawBinaryCopyAsync(
            Sql.Format(
                $"copy {TableName.Parse(table.Target)} ({Sql.Columns(renamed)}) from stdin (format binary)"
            ).Text,
            cancellationToken
        );
        await output.CopyToAsync(input, cancellationToken);
    }

    private async Task<NpgsqlDataSource> TargetAsync(CancellationToken cancellationToken)
    {
        var target = await Databases.NewAsync(servers, cancellationToken);
        await target.CreateTargetAsync(cancellationToken);
        return target;
    }
}
