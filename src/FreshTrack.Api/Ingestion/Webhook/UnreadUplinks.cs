using Npgsql;

namespace FreshTrack.Api.Ingestion;

/// <summary>Keeps the payloads that became no reading, so that they can be read later: 30 days of them, in
/// <c>api.unread_uplinks</c>.</summary>
/// <remarks>Whoever has an organization's secret can send what they like, so there is an end to it: of each known
/// device 5,000 (a payload every ten minutes for 30 days), of all unknown ones of an organization together 1,000, and
/// of each the raw payload and 4,096 characters of the decoded one.</remarks>
internal sealed class UnreadUplinks(NpgsqlDataSource database)
{
    public const int MostOfADevice = 5_000;
    public const int MostOfUnknownDevices = 1_000;
    public const int MostCharacters = 4_096;

    private const string OfDevice = "reporter_id = $2";
    private const string OfUnknownDevices = "organization_id = $1 and reporter_id is null and $2::uuid is null";

    private const string KeepOfDeviceSql = $"{Expired} {OfDevice} {Kept} {OfDevice} {Keep}";
    private const string KeepOfUnknownSql = $"{Expired} {OfUnknownDevices} {Kept} {OfUnknownDevices} {Keep}";

    // What another request deletes at this moment need not be waited for.
    private const string Expired = """
        with expired as (
          delete from api.unread_uplinks where ctid = any(array(
            select ctid from api.unread_uplinks where recorded_at < $5::timestamptz - interval '30 days' and
        """;

    private const string Kept = """
            for update skip locked))
        ), kept as (
          select count(*) as uplinks from (select 1 from api.unread_uplinks where
        """;

    private const string Keep = """
          limit $12) k
        )
        insert into api.unread_uplinks (
          organization_id, reporter_id, dev_eui, device_id, recorded_at,
          reason, field, f_cnt, f_port, frm_payload_base64, decoded_payload)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
        from kept where uplinks < $12
        on conflict do nothing
        """;

    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task KeepAsync(
        DeviceUplink received,
        string reason,
        string? field,
        CancellationToken cancellationToken
    )
    {
        var uplink = received.Uplink;
        var most = received.Device is null ? MostOfUnknownDevices : MostOfADevice;
        await using var command = database
            .CreateCommand(received.Device is null ? KeepOfUnknownSql : KeepOfDeviceSql)
            .Add(received.Organization)
            .Add(received.Device?.Id)
            .Add(Storable(uplink.DevEui))
            .Add(Storable(uplink.DeviceId))
            .Add(uplink.RecordedAt)
            .Add(reason)
            .Add(field is null ? null : Storable(field))
            .Add(uplink.FrameCounter ?? 0)
            .Add(uplink.FramePort)
            .Add(uplink.PayloadBase64)
            .Add(uplink.DecodedPayload is { Length: <= MostCharacters } decoded ? decoded : null)
            .Add(most);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Storable(string text) => text.Replace('\0', '\uFFFD');
}
