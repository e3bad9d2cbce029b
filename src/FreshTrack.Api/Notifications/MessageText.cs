namespace FreshTrack.Api.Notifications;

/// <summary>What people read. Names come from users: no line break of theirs gets into a header.</summary>
internal static class MessageText
{
    private const int LongestSms = 320;

    public static string Subject(AlertNews news) => OneLine($"[{news.Severity.ToUpperInvariant()}] {news.Title}");

    public static string Body(AlertNews news) =>
        $"""
            {OneLine(news.Title)}

            {news.Message}

            Unit: {OneLine(news.Unit)}
            Site: {OneLine(news.Site)}
            Severity: {news.Severity}
            Since: {Time(news)}
            {(
                news.Reason.StartsWith("escalated")
                    ? "Nobody has acknowledged this alert yet."
                    : "Please acknowledge this alert in FreshTrack."
            )}
            """;

    /// <summary>At most two concatenated messages long.</summary>
    public static string Sms(AlertNews news)
    {
        var text = OneLine($"FreshTrack {news.Severity}: {news.Title} ({news.Site}, {Time(news)})");
        return text.Length <= LongestSms ? text : $"{text[..(LongestSms - 1)]}…";
    }

    private static string Time(AlertNews news) => news.TriggeredAt.ToString("yyyy-MM-dd HH:mm 'UTC'");

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
