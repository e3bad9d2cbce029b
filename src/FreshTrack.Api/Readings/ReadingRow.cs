using System.Text.Json;
using Npgsql;

namespace FreshTrack.Api.Readings;

/// <summary>A row of the table on its way to the wire: <see cref="Columns"/>
/// selects what <see cref="Write"/> reads, a <see cref="Reading"/>.</summary>
internal static class ReadingRow
{
    public const string Columns =
        "r.id, r.unit_id, r.device_id, r.lora_sensor_id, r.temperature, r.humidity, r.door_open, r.battery, "
        + "r.battery_voltage, r.signal_strength, r.recorded_at, r.received_at, r.source";

    private const int Id = 0;
    private const int Temperature = 4;
    private const int RecordedAt = 10;

    private static readonly JsonEncodedText[] Names =
    [
        .. Columns.Split(", ").Select(column => JsonEncodedText.Encode(column["r.".Length..])),
    ];

    /// <summary>Writes the row as one object. Numbers keep the scale that the table gives them.</summary>
    public static void Write(NpgsqlDataReader row, Utf8JsonWriter json, ShownTemperatures shown)
    {
        json.WriteStartObject();
        json.WriteString(Names[Id], row.GetGuid(Id));
        json.WriteString(Names[1], row.GetGuid(1));
        WriteGuid(row, json, 2);
        WriteGuid(row, json, 3);
        WriteTemperature(row, json, shown);
        WriteDecimal(row, json, 5);
        WriteBoolean(row, json, 6);
        WriteInteger(row, json, 7);
        WriteDecimal(row, json, 8);
        WriteInteger(row, json, 9);
        json.WriteString(Names[RecordedAt], row.GetDateTime(RecordedAt));
        json.WriteString(Names[11], row.GetDateTime(11));
        WriteText(row, json, 12);
        json.WriteEndObject();
    }

    /// <summary>Where this row stands among the unit's readings.</summary>
    public static ReadingCursor Cursor(NpgsqlDataReader row) => new(row.GetDateTime(RecordedAt), row.GetGuid(Id));

    private static void WriteGuid(NpgsqlDataReader row, Utf8JsonWriter json, int column)
    {
        if (row.IsDBNull(column))
        {
            json.WriteNull(Names[column]);
        }
        else
        {
            json.WriteString(Names[column], row.GetGuid(column));
        }
    }

    private static void WriteTemperature(NpgsqlDataReader row, Utf8JsonWriter json, ShownTemperatures shown)
    {
        if (row.IsDBNull(Temperature))
        {
            json.WriteNull(Names[Temperature]);
        }
        else
        {
            json.WriteNumber(Names[Temperature], shown.Show(row.GetDecimal(Temperature)));
        }
    }

    private static void WriteDecimal(NpgsqlDataReader row, Utf8JsonWriter json, int column)
    {
        if (row.IsDBNull(column))
        {
            json.WriteNull(Names[column]);
        }
        else
        {
            json.WriteNumber(Names[column], row.GetDecimal(column));
        }
    }

    private static void WriteInteger(NpgsqlDataReader row, Utf8JsonWriter json, int column)
    {
        if (row.IsDBNull(column))
        {
            json.WriteNull(Names[column]);
        }
        else
        {
            json.WriteNumber(Names[column], row.GetInt32(column));
        }
    }

    private static void WriteBoolean(NpgsqlDataReader row, Utf8JsonWriter json, int column)
    {
        if (row.IsDBNull(column))
        {
            json.WriteNull(Names[column]);
        }
        else
        {
            json.WriteBoolean(Names[column], row.GetBoolean(column));
        }
    }

    private static void WriteText(NpgsqlDataReader row, Utf8JsonWriter json, int column)
    {
        if (row.IsDBNull(column))
        {
            json.WriteNull(Names[column]);
        }
        else
        {
            json.WriteString(Names[column], row.GetString(column));
        }
    }
}
