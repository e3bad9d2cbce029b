namespace FreshTrack.Api.Notifications;

/// <summary>What a digest says, on each channel.</summary>
internal static class DigestText
{
    private const int MostListed = 100;

    public static string Subject(DigestNews digest) =>
        $"FreshTrack: {Count(digest)} from before the move"
        + (Critical(digest) is var critical and > 0 ? $", {critical} of them critical" : "");

    public static string Body(DigestNews digest) =>
        $"""
            FreshTrack has moved to its new system. {Count(digest)} of {MessageText.OneLine(digest.Organization)}
            from before{Moment(digest)} still wait for somebody. This is the only message about them:
            please look at them in FreshTrack, and acknowledge each one that you take care of.

            {string.Join("\n\n", digest.Alerts.Take(MostListed).Select(Entry))}
            {(digest.Alerts.Count > MostListed ? $"\nAnd {digest.Alerts.Count - MostListed} more." : "")}
            """;

    public static string Sms(DigestNews digest) =>
        $"{Subject(digest)} ({digest.Organization}). Please look at them in FreshTrack.";

    private static string Entry(AlertNews alert) =>
        $"""
            {alert.Severity.ToUpperInvariant()} {MessageText.OneLine(alert.Title)}
            Unit: {MessageText.OneLine(alert.Unit)}
            Site: {MessageText.OneLine(alert.Site)}
            Since: {MessageText.Time(alert.TriggeredAt)}
            """;

    private static string Count(DigestNews digest) =>
        digest.Alerts.Count == 1 ? "1 alert" : $"{digest.Alerts.Count} alerts";

    private static int Critical(DigestNews digest) => digest.Alerts.Count(alert => alert.Severity == "critical");

    private static string Moment(DigestNews digest) =>
        digest.Before is { } before ? $" {MessageText.Time(before)}" : "";
}
