using Npgsql;

namespace FreshTrack.IntegrationTests.Api;

/// <summary>An organization with one unit and one sensor, known to TTN by its secret.</summary>
public sealed record Place(
    Guid Organization,
    Guid Site,
    Guid Area,
    Guid Unit,
    Guid Sensor,
    string DevEui,
    string DeviceId,
    string Secret
)
{
    public string ReadingsPath => $"/api/orgs/{Organization}/sites/{Site}/areas/{Area}/units/{Unit}/readings";

    public string AreasPath => $"/api/orgs/{Organization}/sites/{Site}/areas";
}

internal static class Given
{
    public static Task<Place> AnOrganizationWithAUnit(ApiStage stage, CancellationToken cancellationToken) =>
        AnOrganizationWithAUnit(stage.Data, cancellationToken);

    public static async Task<Place> AnOrganizationWithAUnit(NpgsqlDataSource data, CancellationToken cancellationToken)
    {
        var ids = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToArray();
        var devEui = Convert.ToHexString(ids[4].ToByteArray()[8..]);
        var place = new Place(ids[0], ids[1], ids[2], ids[3], ids[4], devEui, $"sensor-{devEui}", $"whsec-{ids[0]:N}");
        await using var command = data.CreateCommand(
            """
            with o as (insert into organizations (id, name, slug) values ($1, 'Cold Chain', $1::text) returning id),
            s as (insert into sites (id, organization_id, name) select $2, id, 'Main street' from o returning id),
            a as (insert into areas (id, site_id, name) select $3, id, 'Kitchen' from s returning id),
            u as (insert into units (id, area_id, name) select $4, id, 'Walk-in' from a returning id),
            l as (
              insert into lora_sensors (id, organization_id, unit_id, dev_eui, ttn_device_id, name)
              select $5, $1, id, $6, $7, 'Probe' from u returning id)
            insert into ttn_connections (organization_id, is_enabled, webhook_secret_lookup) select id, true, $8 from o
            """
        );
        foreach (var id in ids)
        {
            command.Parameters.AddWithValue(id);
        }

        command.Parameters.AddWithValue(devEui);
        command.Parameters.AddWithValue(place.DeviceId);
        command.Parameters.AddWithValue(ApiStage.Key.Lookup(place.Secret));
        await command.ExecuteNonQueryAsync(cancellationToken);
        return place;
    }

    /// <summary>A TTN v3 uplink of the place's sensor, at a moment or as many minutes before the clock's start as it
    /// has been counted.</summary>
    public static string AnUplink(
        Place place,
        int counter = 1,
        decimal temperature = 4.25m,
        string? devEui = null,
        DateTimeOffset? at = null
    ) =>
        $$"""
            {
              "end_device_ids": { "device_id": "{{place.DeviceId}}", "dev_eui": "{{devEui ?? place.DevEui}}" },
              "uplink_message": {
                "f_cnt": {{counter}}, "f_port": 85, "frm_payload": "AXVcA2cqAARoeQ==",
                "decoded_payload": { "temperature": {{$"{temperature}"}}, "humidity": 60.5, "battery": 92 },
                "rx_metadata": [ { "rssi": -97 }, { "rssi": -61 } ],
                "received_at": "{{at ?? ApiStage.Start.AddMinutes(-counter):yyyy-MM-ddTHH:mm:ss}}.123456789Z"
              }
            }
            """;

    public static async Task<T> ValueAsync<T>(
        this NpgsqlDataSource data,
        string sql,
        CancellationToken cancellationToken
    )
    {
        await using var command = data.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
