namespace FreshTrack.Build.Screen;

/// <summary>Text out of a database, for a terminal: a control character in it must not steer the terminal, and a line
/// break must not look like a new line of ours.</summary>
internal static class Printable
{
    private const char Pictures = '\u2400';

    /// <summary>Control characters as their pictures: <c>␊</c> for a line feed.</summary>
    public static string Of(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(Picture)) : text;

    private static char Picture(char letter) =>
        letter switch
        {
            < ' ' => (char)(Pictures + letter),
            '\u007f' => '\u2421',
            _ => char.IsControl(letter) ? '\ufffd' : letter,
        };
}
