namespace FreshTrack.IntegrationTests.Api.Monitoring;

/// <summary>What <c>/metrics</c> says at one moment. Every API of this process counts together.</summary>
internal sealed record MetricsText(string Text)
{
    public static async Task<MetricsText> ReadAsync(HttpClient client, CancellationToken cancellationToken) =>
        new(await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken));

    /// <param name="series">Name and labels as they are written: <c>name{label="value"}</c>.</param>
    public double this[string series] =>
        Text.Split('\n')
            .Where(line => line.StartsWith($"{series} ", StringComparison.Ordinal))
            .Select(line => double.Parse(line[(series.Length + 1)..]))
            .Single();
}
