namespace FreshTrack.Api.Notifications;

/// <summary>What people read. Names come from users: no line break of theirs gets into a header.</summary>
internal static class MessageText
{
    private const int LongestSms = 320;

    public static string Subject(News news) =>
        OneLine(
            news switch
            {
                AlertNews alert => $"[{alert.Severity.ToUpperInvariant()}] {alert.Title}",
                DigestNews digest => DigestText.Subject(digest),
                _ => throw Unknown(news),
            }
        );

    public static string Body(News news) =>
        news switch
        {
            AlertNews alert => Body(alert),
            DigestNews digest => DigestText.Body(digest),
            _ => throw Unknown(news),
        };

    /// <summary>At most two concatenated messages long.</summary>
    public static string Sms(News news)
    {
        var text = OneLine(
            news switch
            {
                AlertNews alert =>
                    $"FreshTrack {alert.Severity}: {alert.Title} ({alert.Site}, {Time(alert.TriggeredAt)})",
                DigestNews digest => DigestText.Sms(digest),
                _ => throw Unknown(news),
            }
        );
        return text.Length <= LongestSms ? text : $"{text[..(LongestSms - 1)]}…";
    }

    internal static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'");

    internal static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    private static string Body(AlertNews news) =>
        $"""
            {OneLine(news.Title)}

            {news.Message}

            Unit: {OneLine(news.Unit)}
            Site: {OneLine(news.Site)}
            Severity: {news.Severity}
            Since: {Time(news.TriggeredAt)}
            {(
                news.Reason.StartsWith("escalated")
                    ? "Nobody has acknowledged this alert yet."
                    : "Please acknowledge this alert in FreshTrack."
            )}
            """;

    private static InvalidOperationException Unknown(News news) => new($"There is no text for {news.GetType().Name}.");
}
