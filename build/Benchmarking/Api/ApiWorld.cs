using System.Security.Cryptography;
using System.Text;
using FreshTrack.Clients.StackAuth;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Load;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Build.Benchmarking.Api;

/// <summary>Four organizations with twelve units each, a sensor a unit and a user who may read all of them; ids follow
/// from their numbers.</summary>
internal sealed class ApiWorld(NpgsqlDataSource database, Stage stage)
{
    public const int Units = 48;
    public const int Organizations = 4;

    /// <summary>A unit's readings of a day at one in five minutes.</summary>
    public const int ReadingsADay = 288;

    private static readonly TimeSpan SessionTime = TimeSpan.FromHours(6);

    // What stands for a number in the statements below, and for the number of the organization it belongs to.
    private static readonly Sql N = new("n");
    private static readonly Sql Place = Sql.Format($"n % {Organizations}");

    private static readonly Sql FillSql = Sql.Format(
        $"""
        with o as (
          insert into organizations (id, name, slug)
          select {IdSql(1, N)}, 'Organization ' || n, 'organization-' || n
          from generate_series(0, {Organizations - 1}) n returning id
        ), s as (
          insert into sites (id, organization_id, name)
          select {IdSql(2, N)}, {IdSql(1, N)}, 'Site ' || n
          from generate_series(0, {Organizations - 1}) n returning id
        ), a as (
          insert into areas (id, site_id, name)
          select {IdSql(3, N)}, {IdSql(2, N)}, 'Kitchen ' || n
          from generate_series(0, {Organizations - 1}) n returning id
        ), u as (
          insert into units (id, area_id, name)
          select {IdSql(4, N)}, {IdSql(3, Place)}, 'Unit ' || n
          from generate_series(0, {Units - 1}) n returning id
        ), l as (
          insert into lora_sensors (id, organization_id, unit_id, dev_eui, ttn_device_id, name)
          select {IdSql(5, N)}, {IdSql(1, Place)}, {IdSql(4, N)},
            lpad(to_hex(n), 16, '0'), 'sensor-' || n, 'Sensor ' || n
          from generate_series(0, {Units - 1}) n returning id
        ), c as (
          insert into ttn_connections (organization_id, is_enabled, webhook_secret_lookup)
          select * from unnest($1, array_fill(true, array[{Organizations}]), $2) returning id
        ), p as (
          insert into users (id, email) values ($3, 'benchmark@example.com') returning id
        )
        insert into user_roles (user_id, organization_id, role)
        select $3, {IdSql(1, N)}, 'manager'
        from generate_series(0, {Organizations - 1}) n
        """
    );

    public static Guid Unit(int number) => Id(4, number);

    /// <summary>SQL for the id of a kind (5: sensor) and a number that another expression gives.</summary>
    public static Sql IdSql(int kind, Sql number) =>
        Sql.Format($"({Sql.Literal($"{kind:x8}-0000-4000-8000-")} || lpad(to_hex({number}), 12, '0'))::uuid");

    /// <param name="api">Where the API listens.</param>
    public async Task<LoadTarget> FillAsync(Uri api, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = stage.StackAuth };
        var stackAuth = new StackAuthClient(http, Stage.StackAuthProject, Stage.StackAuthServerKey);
        var user = await stackAuth.CreateUserAsync(
            new SourceUser(Guid.CreateVersion7(), "benchmark@example.com", EmailVerified: true, "Benchmark"),
            cancellationToken
        );
        await using var command = database.CreateCommand(FillSql.Text);
        command.Parameters.Add(
            new NpgsqlParameter<Guid[]>
            {
                TypedValue = [.. Enumerable.Range(0, Organizations).Select(number => Id(1, number))],
            }
        );
        command.Parameters.Add(
            new NpgsqlParameter<byte[][]>
            {
                TypedValue =
                [
                    .. Enumerable
                        .Range(0, Organizations)
                        .Select(number =>
                            HMACSHA256.HashData(FixtureSecrets.WebhookKey, Encoding.UTF8.GetBytes(Secret(number)))
                        ),
                ],
            }
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Id });
        await command.ExecuteNonQueryAsync(cancellationToken);
        var session = await stackAuth.CreateSessionAsync(user.Id, SessionTime, cancellationToken);
        var token = new AccessToken(session.AccessToken, stop => RefreshAsync(session, stop), TimeProvider.System);
        return new LoadTarget(
            api,
            [.. Enumerable.Range(0, Units).Select(Device)],
            [.. Enumerable.Range(0, Units).Select(number => UnitTarget(number, token))],
            TimeProvider.System
        );
    }

    private async Task<string> RefreshAsync(StackSession session, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = stage.StackAuth };
        return await new StackAuthClient(http, Stage.StackAuthProject, Stage.StackAuthServerKey).RefreshAsync(
            session,
            cancellationToken
        );
    }

    /// <summary>Gives every unit a day of readings, the last of them now, and nothing else.</summary>
    /// <summary>Gives every unit a day of readings, the last of them now, and nothing else.</summary>
    public Task FillDayAsync(CancellationToken cancellationToken) =>
        ExecuteAsync(
            [
                new Sql("truncate sensor_readings"),
                Sql.Format(
                    $"""
                    insert into sensor_readings (
                      unit_id, lora_sensor_id, temperature, humidity, battery, battery_voltage, signal_strength,
                      recorded_at, received_at, source, f_cnt)
                    select
                      {IdSql(4, N)}, {IdSql(5, N)}, 3 + random(), 50 + random(), 92, 3.61, -61,
                      now() - make_interval(mins => 5 * r), now() - make_interval(mins => 5 * r), 'ttn', r
                    from generate_series(0, {ReadingsADay - 1}) r, generate_series(0, {Units - 1}) n
                    """
                ),
                new Sql("vacuum analyze sensor_readings"),
            ],
            cancellationToken
        );

    /// <summary>An empty table, and a checkpoint behind it, before every measurement.</summary>
    public Task EmptyAsync(CancellationToken cancellationToken) =>
        ExecuteAsync(
            [
                new Sql("truncate sensor_readings"),
                new Sql("vacuum units"),
                new Sql("vacuum lora_sensors"),
                new Sql("checkpoint"),
            ],
            cancellationToken
        );

    private async Task ExecuteAsync(Sql[] statements, CancellationToken cancellationToken)
    {
        // Each on its own: VACUUM refuses to run in a transaction.
        foreach (var statement in statements)
        {
            await using var command = database.CreateCommand(statement.Text);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static DeviceTarget Device(int number) =>
        new(
            number.ToString("X16"),
            $"sensor-{number}",
            "freshtrack",
            Secret(number % Organizations),
            "temperature_humidity",
            null,
            5m
        );

    private static UnitTarget UnitTarget(int number, AccessToken token) =>
        new(
            Id(1, number % Organizations),
            Id(2, number % Organizations),
            Id(3, number % Organizations),
            Unit(number),
            token
        );

    private static string Secret(int organization) => $"whsec-benchmark-{organization}";

    private static Guid Id(int kind, int number) => Guid.Parse($"{kind:x8}-0000-4000-8000-{number:x12}");
}
