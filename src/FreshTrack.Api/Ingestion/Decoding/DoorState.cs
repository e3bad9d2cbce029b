using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>Whether a door is open, as flag, word or bit.</summary>
internal static class DoorState
{
    /// <returns>Null when the value says neither open nor closed.</returns>
    public static bool? Read(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when value.TryGetDecimal(out var bit) && bit is 0 or 1 => bit == 1,
            JsonValueKind.String when FieldReader.TryText(value, out var text) => Word(text.Trim()),
            _ => null,
        };

    private static bool? Word(string text) =>
        text.ToUpperInvariant() switch
        {
            "OPEN" or "OPENED" or "TRUE" or "1" => true,
            "CLOSE" or "CLOSED" or "FALSE" or "0" => false,
            _ => null,
        };
}
