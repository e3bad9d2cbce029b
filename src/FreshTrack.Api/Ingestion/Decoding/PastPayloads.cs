using System.Globalization;
using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>What a device measured before the uplink that tells it.</summary>
/// <param name="Text">Its part of the payload, as JSON text.</param>
internal sealed record PastPayload(DateTime RecordedAt, DecodedPayload Payload, string Text);

/// <summary>The entries of a history, and how many of them have no time that can be used.</summary>
internal sealed record PastPayloads(IReadOnlyList<PastPayload> Entries, int WithoutTime)
{
    private const string HistoryName = "history";

    /// <summary>An uplink has 242 bytes at most: what holds more is no history of a device.</summary>
    private const int MaximumEntries = 200;

    /// <summary>From here on milliseconds of the Unix epoch are meant: as seconds it would be the year 5138.</summary>
    private const decimal FirstMillisecond = 100_000_000_000;

    private static readonly string[] TimeNames = ["timestamp", "time"];

    public static PastPayloads None { get; } = new([], WithoutTime: 0);

    /// <summary>Reads the times that are unambiguous: seconds or milliseconds of the Unix epoch, RFC 3339 with a zone,
    /// and RFC 1123, which is GMT.</summary>
    /// <param name="decoded"><c>decoded_payload</c>: an object, or undefined.</param>
    /// <param name="normalized"><c>normalized_payload</c>: its measurements of one time are one entry.</param>
    public static PastPayloads Read(JsonElement decoded, JsonElement normalized)
    {
        var (history, measurements) = (History(decoded), Measurements(normalized));
        if (history.Count + measurements.Count is 0 or > MaximumEntries)
        {
            return new PastPayloads([], history.Count + measurements.Count);
        }

        return new PastPayloads(
            [
                .. history
                    .Where(entry => Time(entry) is not null)
                    .Select(entry => new PastPayload(
                        Time(entry)!.Value,
                        PayloadDecoder.ReadPast(entry, decoded),
                        entry.GetRawText()
                    )),
                .. measurements
                    .Where(entry => Time(entry) is not null)
                    .GroupBy(entry => Time(entry)!.Value)
                    .Select(entries => new PastPayload(
                        entries.Key,
                        PayloadDecoder.ReadPast(entries),
                        $"[{string.Join(',', entries.Select(entry => entry.GetRawText()))}]"
                    )),
            ],
            history.Concat(measurements).Count(entry => Time(entry) is null)
        );
    }

    /// <summary>Milesight lists its entries, Sensative numbers them.</summary>
    private static IReadOnlyList<JsonElement> History(JsonElement decoded) =>
        decoded.ValueKind != JsonValueKind.Object
            ? []
            :
            [
                .. decoded
                    .EnumerateObject()
                    .Where(property => property.Name.Equals(HistoryName, StringComparison.OrdinalIgnoreCase))
                    .SelectMany(property =>
                        property.Value.ValueKind switch
                        {
                            JsonValueKind.Array => property.Value.EnumerateArray(),
                            JsonValueKind.Object => property.Value.EnumerateObject().Select(entry => entry.Value),
                            _ => Enumerable.Empty<JsonElement>(),
                        }
                    )
                    .Where(entry => entry.ValueKind == JsonValueKind.Object),
            ];

    private static IReadOnlyList<JsonElement> Measurements(JsonElement normalized) =>
        normalized.ValueKind switch
        {
            JsonValueKind.Array => [.. normalized.EnumerateArray().SelectMany(Measurements)],
            JsonValueKind.Object when PayloadDecoder.HasOwnTime(normalized) => [normalized],
            _ => [],
        };

    private static DateTime? Time(JsonElement entry)
    {
        foreach (var property in entry.EnumerateObject())
        {
            if (TimeNames.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
            {
                return property.Value.ValueKind switch
                {
                    JsonValueKind.Number => OfEpoch(property.Value),
                    JsonValueKind.String => ReadingTime.Read(property.Value) ?? OfGmt(property.Value),
                    _ => null,
                };
            }
        }

        return null;
    }

    private static DateTime? OfEpoch(JsonElement value)
    {
        if (!value.TryGetDecimal(out var since) || since < 0 || since > FirstMillisecond * 1_000)
        {
            return null;
        }

        var milliseconds = since < FirstMillisecond ? since * 1_000 : since;
        return DateTime.UnixEpoch.AddTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond) / 10 * 10);
    }

    private static DateTime? OfGmt(JsonElement value) =>
        FieldReader.TryText(value, out var text)
        && DateTime.TryParseExact(text, "r", null, DateTimeStyles.AdjustToUniversal, out var time)
            ? DateTime.SpecifyKind(time, DateTimeKind.Utc)
            : null;
}
