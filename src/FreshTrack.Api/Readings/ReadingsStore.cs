using Npgsql;

namespace FreshTrack.Api.Readings;

/// <summary>A unit by its whole path, and who asks for it. All ids have to belong together.</summary>
internal sealed record UnitPath(Guid Organization, Guid Site, Guid Area, Guid Unit, Guid User);

/// <summary>Reads readings; who may see them is decided in the SQL itself.</summary>
internal sealed class ReadingsStore(NpgsqlDataSource database)
{
    private const string VisibleUnit = """
        select 1 from units u
        join areas a on a.id = u.area_id
        join sites s on s.id = a.site_id
        join organizations o on o.id = s.organization_id
        join user_roles m on m.organization_id = o.id
        where o.id = $1 and s.id = $2 and a.id = $3 and u.id = $4 and m.user_id = $5
          and o.deleted_at is null and s.deleted_at is null and a.deleted_at is null and u.deleted_at is null
        """;

    private const string ReadingsSql = $"""
        select id, device_id, lora_sensor_id, temperature, humidity, door_open, battery, battery_voltage, signal_strength, recorded_at, received_at, source
        from sensor_readings
        where unit_id = $4 and recorded_at >= $6 and recorded_at <= $7 and exists ({VisibleUnit})
        order by recorded_at desc, id desc
        limit $8 offset $9
        """;

    private const string VisibleSql = $"select exists ({VisibleUnit})";

    /// <returns>Null when there is no such unit, or none that this user may see.</returns>
    public async Task<IReadOnlyList<Reading>?> ReadAsync(UnitPath path, ReadingsQuery query, CancellationToken cancellationToken)
    {
        var readings = new List<Reading>(query.Limit);
        await using (var command = database.CreateCommand(ReadingsSql))
        {
            AddPath(command, path);
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = query.Start });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = query.End });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = query.Limit });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = query.Offset });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                readings.Add(Row(reader, path.Unit));
            }
        }

        // Only an empty page leaves open whether the unit has no readings or is not to be seen.
        return readings.Count > 0 || await IsVisibleAsync(path, cancellationToken) ? readings : null;
    }

    private async Task<bool> IsVisibleAsync(UnitPath path, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(VisibleSql);
        AddPath(command, path);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static void AddPath(NpgsqlCommand command, UnitPath path)
    {
        foreach (var id in (ReadOnlySpan<Guid>)[path.Organization, path.Site, path.Area, path.Unit, path.User])
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        }
    }

    private static Reading Row(NpgsqlDataReader row, Guid unit) => new(
        row.GetGuid(0),
        unit,
        Value<Guid>(row, 1),
        Value<Guid>(row, 2),
        Value<decimal>(row, 3),
        Value<decimal>(row, 4),
        Value<bool>(row, 5),
        Value<int>(row, 6),
        Value<decimal>(row, 7),
        Value<int>(row, 8),
        row.GetDateTime(9),
        row.GetDateTime(10),
        row.IsDBNull(11) ? null : row.GetString(11));

    private static T? Value<T>(NpgsqlDataReader row, int column)
        where T : struct => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);
}
