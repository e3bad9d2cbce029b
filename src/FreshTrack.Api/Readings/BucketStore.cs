using System.Text.Json;
using Npgsql;

namespace FreshTrack.Api.Readings;

/// <summary>Minimum, average and maximum of a unit's readings by span of time, newest first.</summary>
internal sealed class BucketStore(NpgsqlDataSource database, StoredUnit storedUnit)
{
    private const string BucketsSql = $"""
        select date_bin($8, r.recorded_at, timestamptz '1970-01-01 00:00:00+00') as bucket, count(*)::integer,
          min(r.temperature), round(avg(r.temperature), 2), max(r.temperature),
          min(r.humidity), round(avg(r.humidity), 2), max(r.humidity)
        from sensor_readings r
        where r.unit_id = $4 and r.superseded_by is null and r.recorded_at >= $6 and r.recorded_at <= $7
          and exists ({UnitPath.Visible})
        group by bucket
        order by bucket desc
        """;

    private const int LastTemperature = 4;

    // In the order of the select list, behind the bucket's start and its count.
    private static readonly JsonEncodedText[] Names =
    [
        .. new[]
        {
            "bucket_start",
            "count",
            "temperature_min",
            "temperature_avg",
            "temperature_max",
            "humidity_min",
            "humidity_avg",
            "humidity_max",
        }.Select(name => JsonEncodedText.Encode(name)),
    ];

    /// <returns>Null when there is no such unit, or none that this user may see.</returns>
    public async Task<JsonAnswer?> ReadAsync(UnitPath path, BucketQuery query, CancellationToken cancellationToken)
    {
        var stored = await storedUnit.ReadAsync(cancellationToken);
        var shown = new ShownTemperatures(stored, query.Unit ?? stored);
        var answer = JsonAnswer.Rent();
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        var count = 0;
        await using (var command = database.CreateCommand(BucketsSql))
        {
            path.AddTo(command);
            command.Add(query.Start).Add(query.End).Add(query.Width);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            for (; await reader.ReadAsync(cancellationToken); count++)
            {
                Write(reader, json, shown);
            }
        }

        if (count == 0 && !await path.IsVisibleAsync(database, cancellationToken))
        {
            return null;
        }

        json.WriteEndArray();
        json.WriteString("temperature_unit"u8, shown.Unit.Label());
        json.WriteEndObject();
        return answer;
    }

    private static void Write(NpgsqlDataReader row, Utf8JsonWriter json, ShownTemperatures shown)
    {
        json.WriteStartObject();
        json.WriteString(Names[0], row.GetDateTime(0));
        json.WriteNumber(Names[1], row.GetInt32(1));
        for (var column = 2; column < Names.Length; column++)
        {
            if (row.IsDBNull(column))
            {
                json.WriteNull(Names[column]);
            }
            else
            {
                var value = row.GetDecimal(column);
                json.WriteNumber(Names[column], column <= LastTemperature ? shown.Show(value) : value);
            }
        }

        json.WriteEndObject();
    }
}
