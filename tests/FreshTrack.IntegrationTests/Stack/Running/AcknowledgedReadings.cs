using System.Security.Cryptography;
using FreshTrack.IntegrationTests.Api;
using FreshTrack.IntegrationTests.Uplinks;

namespace FreshTrack.IntegrationTests.Stack.Running;

/// <summary>Sensors that send to the stack's public name until they are stopped, each uplink once, as The Things Stack
/// sends it. What was acknowledged is compared with the rows of <c>sensor_readings</c> by sensor, time and frame
/// counter.</summary>
internal sealed class AcknowledgedReadings : IAsyncDisposable
{
    /// <summary>Takes one stored reading away, to see that it is missed.</summary>
    public const string LoseOneSql =
        "delete from sensor_readings where id = (select id from sensor_readings order by recorded_at limit 1);";

    /// <summary>Stores one reading a second time, to see that it is noticed.</summary>
    public const string DoubleOneSql = """
        insert into sensor_readings (unit_id, lora_sensor_id, temperature, recorded_at, f_cnt, source)
        select unit_id, lora_sensor_id, temperature, recorded_at + interval '1 microsecond', f_cnt, source
        from sensor_readings order by recorded_at limit 1;
        """;

    private const int Sensors = 12;

    // Microseconds since 1970, so that no client rounds them.
    private const string RowsSql = """
        select lora_sensor_id, (extract(epoch from recorded_at) * 1000000)::bigint, temperature, f_cnt
        from sensor_readings;
        """;

    private static readonly Uri Webhook = new(RunningStack.Api, "api/webhooks/ttn");

    private readonly RunningStack stack;
    private readonly IReadOnlyList<NetworkSensor> sensors;
    private TheThingsNetwork? network;

    private AcknowledgedReadings(RunningStack stack, IReadOnlyList<NetworkSensor> sensors) =>
        (this.stack, this.sensors) = (stack, sensors);

    private TheThingsNetwork Network =>
        network ?? throw new InvalidOperationException("No sensor sends yet. Call StartAsync first.");

    /// <summary>Every request that failed so far: its uplink, and how.</summary>
    public IReadOnlyList<string> Failed =>
        [
            .. Network.Storage.SelectMany(uplink =>
                uplink.Refusals.Select(why => $"{uplink.Sensor.DeviceId} {uplink.FrameCounter}: {why}")
            ),
        ];

    /// <summary>Uplinks that got a 2xx so far.</summary>
    public int Acknowledged => Network.Storage.Count(uplink => uplink.TakenBy is not null);

    /// <summary>Makes the sensors in a database whose API does not run yet: one that runs learns of new sensors a while
    /// later.</summary>
    public static async Task<AcknowledgedReadings> PrepareAsync(RunningStack stack, CancellationToken cancellationToken)
    {
        var secret = $"whsec-{Convert.ToHexString(RandomNumberGenerator.GetBytes(8))}";
        var lookup = Convert.ToHexString(ApiStage.Key.Lookup(secret));
        var rows = await stack.SqlAsync(
            $"""
            {SensorOrganization.Sql}
            \bind {Sensors} '\\x{lookup}' \g
            """,
            cancellationToken
        );
        return new AcknowledgedReadings(
            stack,
            [.. rows.Select(row => new NetworkSensor(Guid.Parse(row[0]), $"sensor-{row[1]}", row[1], secret))]
        );
    }

    /// <summary>Lets every sensor send.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        network = new TheThingsNetwork(await stack.ClientAsync(cancellationToken));
        network.PointAt(Webhook, TheThingsNetwork.NewSide);
        network.Start(sensors);
    }

    /// <summary>Returns when as many more were acknowledged.</summary>
    public async Task UntilMoreAsync(int readings, CancellationToken cancellationToken)
    {
        for (var before = Acknowledged; Acknowledged < before + readings; )
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The sensors fall silent, and every uplink is answered.</summary>
    public Task StopAsync() => Network.StopAsync();

    /// <summary>Reads the rows and compares. Uplinks that got a 2xx without a reading are faults too.</summary>
    public async Task<AccountOfReadings> CompareAsync(CancellationToken cancellationToken)
    {
        var sent = Network.Storage;
        var rows = await stack.SqlAsync(RowsSql, cancellationToken);
        var account = AccountOfReadings.Of(
            "readings",
            [.. sent.Where(uplink => uplink.TakenBy is not null)],
            sent,
            [.. rows.Select(Read)]
        );
        account.Faults.AddRange(Network.Odd);
        return account;
    }

    public async ValueTask DisposeAsync()
    {
        if (network is not null)
        {
            await network.DisposeAsync();
        }
    }

    private static ReadingRow Read(string[] row) =>
        new(
            Guid.Parse(row[0]),
            DateTime.UnixEpoch.AddTicks(long.Parse(row[1]) * TimeSpan.TicksPerMicrosecond),
            decimal.Parse(row[2]),
            long.Parse(row[3])
        );
}
