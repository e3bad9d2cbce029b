namespace FreshTrack.Api.Ingestion;

/// <summary>Device EUIs were written down in upper and lower case,
/// with and without separators; all of them name one device.</summary>
internal static class DeviceEui
{
    /// <summary>Upper case without separators; empty when nothing is left.</summary>
    public static string Normalize(string? devEui)
    {
        if (string.IsNullOrEmpty(devEui))
        {
            return "";
        }

        Span<char> kept = devEui.Length <= 64 ? stackalloc char[devEui.Length] : new char[devEui.Length];
        var length = 0;
        foreach (var character in devEui)
        {
            if (character is not (':' or '-' or ' ' or '.'))
            {
                kept[length++] = char.ToUpperInvariant(character);
            }
        }

        return new string(kept[..length]);
    }
}
