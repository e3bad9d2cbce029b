using System.Text.RegularExpressions;

namespace FreshTrack.Api.Notifications;

/// <summary>Phone numbers as people write them, brought to E.164.</summary>
internal static partial class PhoneNumber
{
    /// <returns>A plus and 7 to 15 digits; null when that is not what it is.</returns>
    public static string? Parse(string text)
    {
        var number = string.Concat(
            text.Where(c => !char.IsWhiteSpace(c) && c is not ('(' or ')' or '-' or '.' or '/'))
        );
        return International().IsMatch(number) ? number : null;
    }

    [GeneratedRegex(@"\A\+[1-9][0-9]{6,14}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex International();
}
