using Npgsql;

namespace FreshTrack.Api.Readings;

/// <summary>Pages of a unit's readings, newest first; who may see them is decided in the SQL itself.</summary>
internal sealed class ReadingsStore(NpgsqlDataSource database, StoredUnit storedUnit)
{
    /// <summary>The first page, and any that is found by offset.
    /// The benchmark's reference runs this very text.</summary>
    internal const string PageSql = $"""
        select {ReadingRow.Columns}
        from sensor_readings r
        where r.unit_id = $4 and r.superseded_by is null and r.recorded_at >= $6 and r.recorded_at <= $7
          and exists ({UnitPath.Visible})
        order by r.recorded_at desc, r.id desc
        limit $8 offset $9
        """;

    private const string NextPageSql = $"""
        select {ReadingRow.Columns}
        from sensor_readings r
        where r.unit_id = $4 and r.superseded_by is null and r.recorded_at >= $6 and r.recorded_at <= $7
          and (r.recorded_at, r.id) < ($7, $9) and exists ({UnitPath.Visible})
        order by r.recorded_at desc, r.id desc
        limit $8
        """;

    /// <returns>Null when there is no such unit, or none that this user may see.</returns>
    public async Task<JsonAnswer?> ReadAsync(UnitPath path, ReadingsQuery query, CancellationToken cancellationToken)
    {
        var stored = await storedUnit.ReadAsync(cancellationToken);
        var shown = new ShownTemperatures(stored, query.Unit ?? stored);
        var answer = JsonAnswer.Rent();
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        var count = 0;
        ReadingCursor? next = null;
        await using (var command = Command(path, query))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                ReadingRow.Write(reader, json, shown);
                if (++count == query.Limit)
                {
                    next = ReadingRow.Cursor(reader);
                }
            }
        }

        if (count == 0 && !await path.IsVisibleAsync(database, cancellationToken))
        {
            return null;
        }

        json.WriteEndArray();
        json.WriteString("temperature_unit"u8, shown.Unit.Label());
        json.WriteStartObject("pagination"u8);
        json.WriteNumber("limit"u8, query.Limit);
        json.WriteNumber("offset"u8, query.Offset);
        json.WriteString("next_cursor"u8, next?.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
        return answer;
    }

    private NpgsqlCommand Command(UnitPath path, ReadingsQuery query)
    {
        var command = database.CreateCommand(query.After is null ? PageSql : NextPageSql);
        path.AddTo(command);
        command.Add(query.Start);
        if (query.After is not { } after)
        {
            return command.Add(query.End).Add(query.Limit).Add(query.Offset);
        }

        // A cursor behind the range begins it; one from another query that lies beyond it changes nothing.
        return after.RecordedAt <= query.End
            ? command.Add(after.RecordedAt).Add(query.Limit).Add(after.Id)
            : command.Add(query.End).Add(query.Limit).Add(Guid.AllBitsSet);
    }
}
