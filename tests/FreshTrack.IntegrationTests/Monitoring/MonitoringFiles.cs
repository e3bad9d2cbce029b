using System.Text.Json.Nodes;
using FreshTrack.Fixtures.Images;
using YamlDotNet.Serialization;

namespace FreshTrack.IntegrationTests.Monitoring;

/// <summary>A figure, which has <see cref="Record"/>, or an alert, which has <see cref="Alert"/>.</summary>
internal sealed record Rule
{
    public string? Record { get; init; }

    public string? Alert { get; init; }

    public string Expr { get; init; } = "";

    public Dictionary<string, string> Labels { get; init; } = [];

    public Dictionary<string, string> Annotations { get; init; } = [];
}

/// <summary>One moment of a case of <c>promtool test rules</c>.</summary>
/// <param name="IsFiring">Whether the alert is expected at this minute.</param>
internal sealed record ExpectedMoment(string Alert, int Minute, bool IsFiring);

/// <summary>The files below <c>deploy/</c> that Prometheus and Grafana read.</summary>
internal static class MonitoringFiles
{
    public static string Root { get; } = RepositoryRoot.Find();

    public static string Deploy { get; } = Path.Combine(Root, "deploy");

    /// <summary>The jobs of what runs more than once, on one server.</summary>
    public static string InstanceJobs { get; } = Path.Combine(Deploy, "prometheus", "instances", "jobs.yml");

    /// <summary>The same jobs on a Swarm.</summary>
    public static string SwarmJobs { get; } = Path.Combine(Deploy, "prometheus", "swarm", "jobs.yml");

    public static string Rules { get; } = Path.Combine(Deploy, "prometheus", "rules");

    public static string RuleTests { get; } = Path.Combine(Deploy, "prometheus", "tests");

    public static IReadOnlyList<Rule> AllRules { get; } =
    [
        .. Directory
            .EnumerateFiles(Rules, "*.yml")
            .SelectMany(file => Read<RuleFile>(file).Groups)
            .SelectMany(group => group.Rules),
    ];

    public static IReadOnlyList<Rule> Alerts { get; } = [.. AllRules.Where(rule => rule.Alert is not null)];

    public static IReadOnlyList<ExpectedMoment> ExpectedMoments { get; } =
    [
        .. Directory
            .EnumerateFiles(RuleTests, "*.yml")
            .SelectMany(file => Read<RuleTestFile>(file).Tests)
            .SelectMany(test => test.Moments)
            .Select(moment => new ExpectedMoment(
                moment.Alertname,
                int.Parse(moment.Time.TrimEnd('m')),
                moment.Expected is { Count: > 0 }
            )),
    ];

    /// <summary>Expressions of all panels of all dashboards that ask Prometheus, with the dashboard's name.</summary>
    public static IReadOnlyList<(string Dashboard, string Expression)> DashboardExpressions { get; } =
    [
        .. Directory
            .EnumerateFiles(Path.Combine(Deploy, "grafana", "dashboards"), "*.json")
            .SelectMany(file =>
                JsonNode.Parse(File.ReadAllText(file))!["panels"]!
                    .AsArray()
                    .Where(panel => panel!["datasource"]!["uid"]!.GetValue<string>() == "prometheus")
                    .SelectMany(panel => panel!["targets"]!.AsArray())
                    .Select(target => (Path.GetFileName(file), target!["expr"]!.GetValue<string>()))
            ),
    ];

    /// <summary>SQL of all panels of all dashboards.</summary>
    public static IReadOnlyList<string> DashboardStatements { get; } =
    [
        .. Directory
            .EnumerateFiles(Path.Combine(Deploy, "grafana", "dashboards"), "*.json")
            .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!["panels"]!.AsArray())
            .SelectMany(panel => panel!["targets"]!.AsArray())
            .Select(target => target!["rawSql"]?.GetValue<string>())
            .OfType<string>(),
    ];

    private static T Read<T>(string file) =>
        new DeserializerBuilder()
            .WithNamingConvention(YamlDotNet.Serialization.NamingConventions.LowerCaseNamingConvention.Instance)
            .IgnoreUnmatchedProperties()
            .Build()
            .Deserialize<T>(File.ReadAllText(file));

    private sealed record RuleFile
    {
        public List<RuleGroup> Groups { get; init; } = [];
    }

    private sealed record RuleGroup
    {
        public List<Rule> Rules { get; init; } = [];
    }

    private sealed record RuleTestFile
    {
        public List<RuleTest> Tests { get; init; } = [];
    }

    private sealed record RuleTest
    {
        [YamlMember(Alias = "alert_rule_test", ApplyNamingConventions = false)]
        public List<AlertMoment> Moments { get; init; } = [];
    }

    private sealed record AlertMoment
    {
        public string Alertname { get; init; } = "";

        [YamlMember(Alias = "eval_time", ApplyNamingConventions = false)]
        public string Time { get; init; } = "";

        [YamlMember(Alias = "exp_alerts", ApplyNamingConventions = false)]
        public List<object>? Expected { get; init; }
    }
}
