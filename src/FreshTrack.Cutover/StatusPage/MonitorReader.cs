using System.Text.RegularExpressions;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.StatusPages;

/// <summary>Reads <c>monitors</c> of the status page's file.</summary>
internal sealed partial class MonitorReader(YamlProblems problems, Addresses addresses)
{
    // The server's own limit, and that of a day: one that is asked more rarely watches nothing.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public IReadOnlyList<MonitorSettings> Read(YamlNode node)
    {
        var monitors = new List<MonitorSettings>();
        foreach (var item in node.Items())
        {
            if (Monitor(item) is { } monitor)
            {
                monitors.Add(
                    monitors.All(other => other.Name != monitor.Name)
                        ? monitor
                        : throw item.Refuse(
                            $"{item.What} is named {item.Quote(monitor.Name)} as another one is; they are told apart "
                                + "by their names"
                        )
                );
            }
        }

        return monitors;
    }

    private MonitorSettings? Monitor(YamlNode node)
    {
        var item = problems.Mapping(node, "name", "url", "method", "every", "timeout", "retries", "statuses", "json");
        var monitor = new MonitorSettings(
            problems.Required(item, "name", value => value.Text()),
            problems.Required(item, "url", addresses.Url)
        );
        var every = problems.Optional(item, "every", value => Between(value, Shortest, Longest));
        var timeout = problems.Optional(item, "timeout", value => Between(value, TimeSpan.FromSeconds(1), Longest));
        var json = problems.Optional(item, "json", value => value);
        return item is null || monitor.Name is null
            ? null
            : monitor with
            {
                Method = problems.Optional(item, "method", Method) ?? monitor.Method,
                Every = every ?? monitor.Every,
                Timeout = timeout ?? monitor.Timeout,
                Retries = (int)problems.Optional(item, "retries", value => value.Whole(from: 0, upTo: 10)),
                Statuses = problems.Optional(item, "statuses", Statuses) ?? monitor.Statuses,
                Json = json is null ? null : Json(json),
            };
    }

    private ExpectedValue? Json(YamlNode node)
    {
        var json = problems.Mapping(node, "path", "value");
        var path = problems.Required(json, "path", value => value.Text());
        var expected = problems.Required(json, "value", value => value.Text());
        return json is null ? null : new ExpectedValue(path, expected);
    }

    private static string Method(YamlNode node) =>
        node.Text() is "GET" or "HEAD" or "POST" or "OPTIONS"
            ? node.Text()
            : throw Refuse(node, "GET, HEAD, POST or OPTIONS");

    private static TimeSpan? Between(YamlNode node, TimeSpan shortest, TimeSpan longest) =>
        node.Duration() is var time && time >= shortest && time <= longest
            ? time
            : throw Refuse(node, $"a time from {shortest} to {longest}");

    private static IReadOnlyList<string> Statuses(YamlNode node) =>
        node.Texts() is { Count: > 0 } statuses && statuses.All(status => ValidStatus().IsMatch(status))
            ? statuses
            : throw node.Refuse($"{node.What} is not understood; expected statuses as \"405\" or \"200-299\"");

    private static RefusedException Refuse(YamlNode node, string expected) =>
        node.Refuse($"{node.What} is {node.Quote(node.Text())}; expected {expected}");

    [GeneratedRegex(
        @"\A[1-5][0-9]{2}(-[1-5][0-9]{2})?\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex ValidStatus();
}
