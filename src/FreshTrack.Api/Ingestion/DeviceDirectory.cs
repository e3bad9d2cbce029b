using System.Collections.Frozen;
using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;

namespace FreshTrack.Api.Ingestion;

/// <summary>A sensor that may report, and the unit it reports for; no unit when it is unassigned or its place is closed.</summary>
internal sealed record Device(Guid Sensor, Guid? Unit);

/// <summary>Organizations by webhook secret and devices by EUI or id, in memory: a steady webhook costs no look-up.</summary>
/// <remarks>Read anew after 30 s, and on a miss after <see cref="ApiOptions.LookAgainAfter"/>: wrong secrets cost no statement each.</remarks>
internal sealed class DeviceDirectory(NpgsqlDataSource database, ApiOptions options) : IDisposable
{
    private static readonly TimeSpan MaximumAge = TimeSpan.FromSeconds(30);

    private const string ConnectionsSql = """
        select c.organization_id, c.webhook_secret_lookup
        from ttn_connections c join organizations o on o.id = c.organization_id
        where c.webhook_secret_lookup is not null and c.is_enabled is not false and o.deleted_at is null
        """;

    private const string SensorsSql = """
        select s.organization_id, s.id, s.dev_eui, s.ttn_device_id, u.id
        from lora_sensors s
        left join (units u
            join areas a on a.id = u.area_id and a.deleted_at is null and a.is_active
            join sites t on t.id = a.site_id and t.deleted_at is null and t.is_active)
          on u.id = s.unit_id and u.deleted_at is null and u.is_active and t.organization_id = s.organization_id
        where s.deleted_at is null
        order by s.is_primary desc, s.created_at, s.id
        """;

    private readonly SemaphoreSlim refreshing = new(1);
    private volatile Snapshot snapshot = new([], FrozenDictionary<DeviceKey, Device>.Empty, FrozenDictionary<DeviceKey, Device>.Empty, ReadAt: null);

    public async ValueTask<Guid?> FindOrganizationAsync(string secret, CancellationToken cancellationToken)
    {
        var lookup = options.WebhookKey.Lookup(secret);
        var current = await FreshAsync(MaximumAge, cancellationToken);
        return current.Organization(lookup) ?? (await FreshAsync(options.LookAgainAfter, cancellationToken)).Organization(lookup);
    }

    /// <summary>A device of this organization; another organization's is as unknown as one that does not exist.</summary>
    public async ValueTask<Device?> FindDeviceAsync(Guid organization, Uplink uplink, CancellationToken cancellationToken)
    {
        var current = await FreshAsync(MaximumAge, cancellationToken);
        return current.Device(organization, uplink) ?? (await FreshAsync(options.LookAgainAfter, cancellationToken)).Device(organization, uplink);
    }

    public void Dispose() => refreshing.Dispose();

    private async ValueTask<Snapshot> FreshAsync(TimeSpan maximumAge, CancellationToken cancellationToken)
    {
        if (snapshot.IsYoungerThan(maximumAge))
        {
            return snapshot;
        }

        await refreshing.WaitAsync(cancellationToken);
        try
        {
            if (!snapshot.IsYoungerThan(maximumAge))
            {
                snapshot = await ReadAsync(cancellationToken);
            }

            return snapshot;
        }
        finally
        {
            refreshing.Release();
        }
    }

    private async Task<Snapshot> ReadAsync(CancellationToken cancellationToken)
    {
        var readAt = Stopwatch.GetTimestamp();
        var organizations = new List<(byte[] Lookup, Guid Organization)>();
        var byEui = new Dictionary<DeviceKey, Device>();
        var byId = new Dictionary<DeviceKey, Device>();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ConnectionsSql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SensorsSql));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            organizations.Add(Connection(reader));
        }

        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var sensor = Sensor(reader);
            byEui.TryAdd(new DeviceKey(sensor.Organization, sensor.DevEui), sensor.Device);
            if (sensor.DeviceId is { } deviceId)
            {
                byId.TryAdd(new DeviceKey(sensor.Organization, deviceId), sensor.Device);
            }
        }

        return new Snapshot([.. organizations], byEui.ToFrozenDictionary(), byId.ToFrozenDictionary(), readAt);
    }

    private static (byte[] Lookup, Guid Organization) Connection(NpgsqlDataReader row) => (row.GetFieldValue<byte[]>(1), row.GetGuid(0));

    private static (Guid Organization, string DevEui, string? DeviceId, Device Device) Sensor(NpgsqlDataReader row) => (
        row.GetGuid(0),
        DeviceEui.Normalize(row.GetString(2)),
        row.IsDBNull(3) ? null : row.GetString(3),
        new Device(row.GetGuid(1), row.IsDBNull(4) ? null : row.GetGuid(4)));

    private readonly record struct DeviceKey(Guid Organization, string Name);

    private sealed record Snapshot(
        (byte[] Lookup, Guid Organization)[] Organizations,
        FrozenDictionary<DeviceKey, Device> ByEui,
        FrozenDictionary<DeviceKey, Device> ById,
        long? ReadAt)
    {
        public bool IsYoungerThan(TimeSpan age) => ReadAt is { } readAt && Stopwatch.GetElapsedTime(readAt) < age;

        /// <summary>Compares with every organization in constant time: how long it takes tells nothing about any secret.</summary>
        public Guid? Organization(byte[] lookup)
        {
            Guid? found = null;
            foreach (var (candidate, organization) in Organizations)
            {
                if (CryptographicOperations.FixedTimeEquals(candidate, lookup))
                {
                    found = organization;
                }
            }

            return found;
        }

        public Device? Device(Guid organization, Uplink uplink) => uplink.DevEui.Length > 0
            ? ByEui.GetValueOrDefault(new DeviceKey(organization, uplink.DevEui))
            : ById.GetValueOrDefault(new DeviceKey(organization, uplink.DeviceId));
    }
}
