using System.Text.Json;

namespace FreshTrack.Clients.Prometheus;

/// <summary>Asks Prometheus what it scrapes, what it knows and which alerts are active.</summary>
/// <param name="http">Its base address is Prometheus's, with a slash at its end; credentials are its headers.</param>
public sealed class PrometheusClient(HttpClient http)
{
    private const int LongestAnswerShown = 300;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>All targets of the configuration, whether they answer or not.</summary>
    /// <exception cref="PrometheusException">Prometheus was not reached, or answered something else.</exception>
    public async Task<IReadOnlyList<ScrapeTarget>> TargetsAsync(CancellationToken cancellationToken)
    {
        var data = await AskAsync<TargetsData>("api/v1/targets?state=active", cancellationToken);
        return
        [
            .. data.ActiveTargets.Select(target => new ScrapeTarget(
                target.Labels.GetValueOrDefault("job", ""),
                target.Labels.GetValueOrDefault("instance", ""),
                target.Health,
                target.LastError,
                // Prometheus writes the year 1 for never.
                target.LastScrape.Year == 1
                    ? null
                    : target.LastScrape
            )),
        ];
    }

    /// <summary>Evaluates an expression now.</summary>
    /// <returns>Empty when the series does not exist.</returns>
    /// <exception cref="PrometheusException">Prometheus was not reached, refused the expression, or answered neither
    /// with a vector nor with a scalar.</exception>
    public async Task<IReadOnlyList<Sample>> QueryAsync(string expression, CancellationToken cancellationToken)
    {
        var path = $"api/v1/query?query={Uri.EscapeDataString(expression)}";
        var data = await AskAsync<QueryData>(path, cancellationToken);
        try
        {
            return data.ResultType switch
            {
                "vector" =>
                [
                    .. data
                        .Result.Deserialize<SeriesData[]>(Json)!
                        .Select(series => SampleOf(series.Metric, series.Value)),
                ],
                "scalar" => [SampleOf(new Dictionary<string, string>(), data.Result.Deserialize<JsonElement[]>(Json)!)],
                var other => throw Unexpected(path, $"a {other}, expected a vector or a scalar"),
            };
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            throw Unexpected(path, error.Message, error);
        }
    }

    /// <summary>When the newest sample of a series was taken.</summary>
    /// <param name="selector">Such as <c>up{job="api"}</c>.</param>
    /// <returns>Null where there was no sample in the last five minutes.</returns>
    /// <exception cref="PrometheusException">As for <see cref="QueryAsync"/>.</exception>
    public async Task<DateTimeOffset?> NewestAsync(string selector, CancellationToken cancellationToken) =>
        await QueryAsync($"max(timestamp({selector}))", cancellationToken) is [var newest] ? Time(newest.Value) : null;

    /// <summary>Alerts whose condition holds, those that do not fire yet included.</summary>
    /// <exception cref="PrometheusException">Prometheus was not reached, or answered something else.</exception>
    public async Task<IReadOnlyList<ActiveAlert>> AlertsAsync(CancellationToken cancellationToken)
    {
        var data = await AskAsync<AlertsData>("api/v1/alerts", cancellationToken);
        return
        [
            .. data.Alerts.Select(alert => new ActiveAlert(
                alert.Labels.GetValueOrDefault("alertname", ""),
                alert.State == "firing",
                alert.Labels,
                alert.Annotations,
                alert.ActiveAt
            )),
        ];
    }

    private async Task<T> AskAsync<T>(string path, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return Read<T>(path, (int)response.StatusCode, text);
        }
        catch (HttpRequestException error)
        {
            throw new PrometheusException(
                $"Prometheus at {http.BaseAddress} cannot be reached: {error.Message} See that it runs and that this "
                    + "address leads to it.",
                error
            );
        }
        catch (TaskCanceledException error) when (error.InnerException is TimeoutException)
        {
            throw new PrometheusException(
                $"Prometheus at {http.BaseAddress} did not answer '{path}' within {http.Timeout.TotalSeconds} s. "
                    + "See that it runs.",
                error
            );
        }
    }

    private T Read<T>(string path, int status, string text)
        where T : class
    {
        Answer<T>? answer = null;
        Exception? unreadable = null;
        try
        {
            answer = JsonSerializer.Deserialize<Answer<T>>(text, Json);
        }
        catch (JsonException error)
        {
            unreadable = error;
        }

        return answer switch
        {
            { Status: "success", Data: { } data } => data,
            { Error: { } refused } => throw new PrometheusException(
                $"Prometheus at {http.BaseAddress} refused '{path}' with {status}: {answer.ErrorType}: {Cut(refused)}"
            ),
            _ => throw Unexpected(path, $"{status}: {Cut(text)}", unreadable),
        };
    }

    private PrometheusException Unexpected(string path, string what, Exception? inner = null) =>
        new(
            $"Prometheus at {http.BaseAddress} answered '{path}' with {what}. Is this address Prometheus's, and do its "
                + "credentials let one in?",
            inner
        );

    private static string Cut(string text) => text.Length > LongestAnswerShown ? text[..LongestAnswerShown] : text;

    private static Sample SampleOf(IReadOnlyDictionary<string, string> labels, JsonElement[] pair) =>
        pair is [var at, var value]
            ? new Sample(labels, Number(value.GetString()!), Time(at.GetDouble()))
            : throw new FormatException($"A sample has {pair.Length} parts, expected a time and a value.");

    private static double Number(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(text),
        };

    private static DateTimeOffset Time(double seconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000));
}
