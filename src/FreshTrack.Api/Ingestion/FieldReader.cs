using System.Globalization;
using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>Reads fields of a JSON object by any of their names
/// and remembers the first that could not be used.</summary>
internal sealed class FieldReader(JsonElement container, string where)
{
    public string? Problem { get; private set; }

    /// <summary>The first field that is there and not null.</summary>
    public JsonElement? Find(ReadOnlySpan<string> names, out string name)
    {
        foreach (var candidate in names)
        {
            if (container.TryGetProperty(candidate, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                name = candidate;
                return value;
            }
        }

        name = "";
        return null;
    }

    /// <summary>A number; also printed as text (Dragino's older decoders), with a remark (Netvox: "2.4(low battery)")
    /// or as the value of an object (Decentlab).</summary>
    public decimal? Number(ReadOnlySpan<string> names, decimal minimum, decimal maximum)
    {
        if (Find(names, out var name) is not { } value)
        {
            return null;
        }

        if (!TryNumber(value, out var number))
        {
            return Refuse<decimal>(name, "is no number that can be used");
        }

        return number < minimum || number > maximum
            ? Refuse<decimal>(name, $"is {number}, outside {minimum} to {maximum}")
            : number;
    }

    /// <summary>A UUID.</summary>
    public Guid? Id(ReadOnlySpan<string> names)
    {
        if (Find(names, out var name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id)
            ? id
            : Refuse<Guid>(name, "is not a UUID");
    }

    public string? Text(string name, int maximumLength)
    {
        if (Find([name], out _) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String || !TryText(value, out var text))
        {
            Refuse<int>(name, "is no text");
            return null;
        }

        if (text.Length > maximumLength)
        {
            Refuse<int>(name, $"is longer than {maximumLength} characters");
            return null;
        }

        return text;
    }

    public T? Refuse<T>(string name, string reason)
        where T : struct
    {
        Problem ??= $"{where}.{name} {reason}.";
        return null;
    }

    /// <remarks>Never -0.0: JavaScript's decoders make it of small negative values, and it would be shown.</remarks>
    public static bool TryNumber(JsonElement value, out decimal number)
    {
        var isNumber = TrySignedNumber(value, out number);
        number = number == 0 ? 0 : number;
        return isNumber;
    }

    private static bool TrySignedNumber(JsonElement value, out decimal number)
    {
        number = 0;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDecimal(out number),
            JsonValueKind.String => TryText(value, out var text)
                && decimal.TryParse(
                    WithoutRemark(text),
                    NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                    null,
                    out number
                ),
            JsonValueKind.Object => value.TryGetProperty("value", out var inner)
                && inner.ValueKind == JsonValueKind.Number
                && inner.TryGetDecimal(out number),
            _ => false,
        };
    }

    private static ReadOnlySpan<char> WithoutRemark(string text) =>
        text.IndexOf('(') is > 0 and var remark ? text.AsSpan(0, remark).TrimEnd() : text;

    /// <summary>False for escapes that are no Unicode text, such as half a surrogate pair.</summary>
    public static bool TryText(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }
}
