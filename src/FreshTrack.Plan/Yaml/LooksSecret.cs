namespace FreshTrack.Plan;

/// <summary>Tells a text that may be a password, a key or an address with one in it from a name, a path or a
/// number.</summary>
public static class LooksSecret
{
    private const int KeyLength = 24;

    public static bool Is(string text) =>
        text.Contains('@') || text.Contains('=') || text.Contains("://") || text.Split('/', '.', ':').Any(IsKey);

    // A name of that length has no digit, as a rule.
    private static bool IsKey(string word) => word.Length >= KeyLength && word.Any(char.IsAsciiDigit);
}
