using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Api.Once;

/// <summary>Bulk requests of few entries, and what the table holds after them.</summary>
internal static class Entries
{
    /// <summary>All readings: temperature, humidity, and the minute before the clock's start.</summary>
    public const string RowsSql = """
        select coalesce(string_agg(
          concat_ws(' ', temperature, humidity), ', ' order by recorded_at desc, temperature, humidity), '')
        from sensor_readings
        """;

    public static Task<(HttpStatusCode Status, JsonNode Body)> BulkAsync(
        this HttpClient client,
        Place place,
        CancellationToken cancellationToken,
        params JsonObject[] entries
    ) =>
        client.SendAsync(
            place.Secret,
            new JsonObject { ["readings"] = new JsonArray([.. entries]) }.ToJsonString(),
            cancellationToken,
            path: "/api/ingest/readings"
        );

    /// <summary>An entry of the place's unit, as many minutes before the clock's start.</summary>
    /// <param name="device">Null for a manual entry, which names nobody.</param>
    public static JsonObject Entry(
        Place place,
        int minute,
        decimal? temperature = null,
        decimal? humidity = null,
        Guid? device = null,
        Guid? supersedes = null
    )
    {
        var entry = new JsonObject { ["unit_id"] = place.Unit.ToString(), ["recorded_at"] = Time(minute) };
        Set("temperature", temperature);
        Set("humidity", humidity);
        Set("device_id", device?.ToString());
        Set("supersedes", supersedes?.ToString());
        return entry;

        void Set<T>(string name, T? value)
        {
            if (value is not null)
            {
                entry[name] = JsonValue.Create(value);
            }
        }
    }

    public static string Time(int minute) =>
        ApiStage.Start.AddMinutes(-minute).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.CurrentCulture);

    public static Guid Id(this JsonNode body, int index = 0) =>
        Guid.Parse(body["reading_ids"]![index]!.GetValue<string>());

    public static string Code(this JsonNode body) => body["error"]!["code"]!.GetValue<string>();

    /// <summary>A second unit of the place's organization.</summary>
    public static async Task<Place> SecondUnitAsync(ApiStage stage, Place place, CancellationToken cancellationToken) =>
        place with
        {
            Unit = await stage.Data.ValueAsync<Guid>(
                $"insert into units (area_id, name) values ('{place.Area}', 'Second') returning id",
                cancellationToken
            ),
        };
}
