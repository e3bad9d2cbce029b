using Npgsql;

namespace FreshTrack.Api.Ingestion;

/// <summary>Keeps the payloads of known devices that became no reading, so that they can be read later: 30 days of
/// them, in <c>api.unread_uplinks</c>.</summary>
internal sealed class UnreadUplinks(NpgsqlDataSource database)
{
    private const string KeepSql = """
        with expired as (
          delete from api.unread_uplinks where reporter_id = $1 and recorded_at < $3::timestamptz - interval '30 days')
        insert into api.unread_uplinks (
          reporter_id, organization_id, recorded_at, reason, field, f_cnt, f_port, frm_payload_base64, decoded_payload)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict do nothing
        """;

    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task KeepAsync(
        Guid organization,
        Device device,
        Uplink uplink,
        UplinkReading reading,
        CancellationToken cancellationToken
    )
    {
        await using var command = database.CreateCommand(KeepSql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = device.Id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = organization });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = uplink.RecordedAt });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = reading.Reason });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = reading.Field?.Replace('\0', '\uFFFD') });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = uplink.FrameCounter });
        command.Parameters.Add(new NpgsqlParameter<int?> { TypedValue = uplink.FramePort });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = uplink.PayloadBase64 });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = uplink.DecodedPayload });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
