using FreshTrack.Api.Auth;
using Npgsql;

namespace FreshTrack.Api.Readings;

/// <summary>The newest reading of every unit of an organization.</summary>
internal sealed class LatestReadings(NpgsqlDataSource database, StoredUnit storedUnit)
{
    // One step into an index a unit. The units' own last_reading_at would not do: what was moved from elsewhere names
    // moments without a reading.
    private const string LatestSql = $"""
        select {ReadingRow.Columns}
        from user_roles m
        join users p on p.id = m.user_id
        join organizations o on o.id = m.organization_id
        join sites s on s.organization_id = o.id
        join areas a on a.site_id = s.id
        join units u on u.area_id = a.id
        cross join lateral (
          select * from sensor_readings where unit_id = u.id and superseded_by is null
          order by recorded_at desc, id desc limit 1) r
        where o.id = $1 and m.user_id = $2 and m.role in {Roles.Readers} and {Roles.InGoodStanding}
          and o.deleted_at is null and s.deleted_at is null and a.deleted_at is null and u.deleted_at is null
        order by u.id
        """;

    /// <returns>Null when there is no such organization, or none that this user belongs to.</returns>
    /// <param name="unit">Null shows temperatures as they are stored.</param>
    public async Task<JsonAnswer?> ReadAsync(
        Guid organization,
        Guid user,
        TemperatureUnit? unit,
        CancellationToken cancellationToken
    )
    {
        var stored = await storedUnit.ReadAsync(cancellationToken);
        var shown = new ShownTemperatures(stored, unit ?? stored);
        var answer = JsonAnswer.Rent();
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        var count = 0;
        await using (var command = database.CreateCommand(LatestSql).Add(organization).Add(user))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            for (; await reader.ReadAsync(cancellationToken); count++)
            {
                ReadingRow.Write(reader, json, shown);
            }
        }

        if (count == 0 && !await Membership.ExistsAsync(database, organization, user, cancellationToken))
        {
            return null;
        }

        json.WriteEndArray();
        json.WriteString("temperature_unit"u8, shown.Unit.Label());
        json.WriteEndObject();
        return answer;
    }
}
