namespace FreshTrack.Clients.Prometheus;

/// <summary>What Prometheus scrapes.</summary>
/// <param name="Health"><c>up</c>, <c>down</c>, or <c>unknown</c> before the first scrape.</param>
/// <param name="LastError">Why the last scrape failed; empty where it did not.</param>
/// <param name="LastScrape">Null before the first one.</param>
public sealed record ScrapeTarget(
    string Job,
    string Instance,
    string Health,
    string LastError,
    DateTimeOffset? LastScrape
)
{
    public bool IsUp => Health == "up";
}
