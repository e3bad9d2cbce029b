using System.Globalization;
using System.Text;

namespace FreshTrack.Api.Ingestion;

/// <summary>JSON text without the escapes that PostgreSQL's <c>jsonb</c> refuses: the null character and halves of
/// surrogate pairs. Each becomes the replacement character, and the rest of the payload is kept.</summary>
internal static class StorableJson
{
    private const string Replacement = "\\ufffd";
    private const int EscapeLength = 6;

    /// <param name="json">Valid JSON.</param>
    public static string Of(string json) => json.Contains("\\u") ? Replaced(json) : json;

    private static string Replaced(string json)
    {
        var kept = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; )
        {
            var length = 1;
            var isRefused = false;
            if (json[i] == '\\')
            {
                // An escaped backslash before «u0000» is text, not an escape.
                length = 2;
                if (json[i + 1] == 'u')
                {
                    (length, isRefused) = Escape(json, i);
                }
            }

            kept.Append(isRefused ? Replacement : json.AsSpan(i, length));
            i += length;
        }

        return kept.ToString();
    }

    private static (int Length, bool IsRefused) Escape(string json, int at)
    {
        var unit = Unit(json, at);
        return
            char.IsHighSurrogate(unit)
            && IsEscape(json, at + EscapeLength)
            && char.IsLowSurrogate(Unit(json, at + EscapeLength))
            ? (2 * EscapeLength, false)
            : (EscapeLength, unit == '\0' || char.IsSurrogate(unit));
    }

    private static bool IsEscape(string json, int at) =>
        at + EscapeLength <= json.Length && json[at] == '\\' && json[at + 1] == 'u';

    private static char Unit(string json, int at) =>
        (char)ushort.Parse(json.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier);
}
