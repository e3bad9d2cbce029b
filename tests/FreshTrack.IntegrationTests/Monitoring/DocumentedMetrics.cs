namespace FreshTrack.IntegrationTests.Monitoring;

/// <param name="Job">Of <c>prometheus.yml</c>.</param>
/// <param name="Source">The page that documents it.</param>
internal sealed record DocumentedMetric(string Name, string Job, string Source);

/// <summary>Metrics of what runs in production and has no image here: names that were read, not scraped.</summary>
internal static class DocumentedMetrics
{
    public static IReadOnlyList<DocumentedMetric> All { get; } =
    [
        .. File.ReadLines(
                Path.Combine(
                    MonitoringFiles.Root,
                    "tests",
                    "FreshTrack.IntegrationTests",
                    "Monitoring",
                    "documented-metrics.txt"
                )
            )
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(" | "))
            .Select(parts => new DocumentedMetric(parts[0], parts[1], parts[2])),
    ];

    public static IEnumerable<string> Names => All.Select(metric => metric.Name);
}
