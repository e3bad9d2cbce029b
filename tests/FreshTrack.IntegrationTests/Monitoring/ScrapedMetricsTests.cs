using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Monitoring;

/// <summary>What rules and dashboards ask for is exported by something that is scraped.</summary>
[Collection(MonitoringGroup.Name)]
public sealed class ScrapedMetricsTests(MonitoredServers stack)
{
    // They have no image here. The others must be up.
    private static readonly string[] Absent = ["alloy", "backups", "grafana", "loki", "minio"];

    private static readonly string[] Jobs =
    [
        "alertmanager",
        "alloy",
        "api",
        "backups",
        "blackbox-http",
        "blackbox-tcp",
        "caddy",
        "grafana",
        "loki",
        "minio",
        "node",
        "postgres",
        "prometheus",
        "redis",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_target_that_runs_here_is_up()
    {
        await UntilAsync(async () =>
        {
            var targets = await stack.Prometheus.TargetsAsync(Token);
            return targets
                .Where(target => !target.IsUp && !Absent.Contains(target.Job))
                .Select(target => $"{target.Job} {target.Instance}: {target.Health} {target.LastError}")
                // It knows of none before its first look at the configuration's targets.
                .Concat(Jobs.Except(targets.Select(target => target.Job)));
        });

        var jobs = (await stack.Prometheus.TargetsAsync(Token)).Select(target => target.Job).Distinct();
        Assert.Equal(Jobs, jobs.Order());
    }

    [Fact]
    public async Task Every_metric_of_rules_and_dashboards_is_exported()
    {
        await stack.ReportAsync(Token);
        string[] wanted =
        [
            .. MonitoringFiles
                .AllRules.Select(rule => rule.Expr)
                .Concat(MonitoringFiles.DashboardExpressions.Select(panel => panel.Expression))
                .SelectMany(PromQl.MetricNames)
                .Distinct()
                .Except(DocumentedMetrics.Names),
        ];
        Assert.NotEmpty(wanted);

        await UntilAsync(async () =>
        {
            var known = await KnownAsync();
            return wanted.Except(known);
        });
    }

    [Fact]
    public void Every_job_of_a_selector_is_scraped()
    {
        var configuration =
            File.ReadAllText(Path.Combine(MonitoringFiles.Deploy, "prometheus", "prometheus.yml"))
            + File.ReadAllText(MonitoringFiles.InstanceJobs);

        Assert.All(
            MonitoringFiles
                .AllRules.Select(rule => rule.Expr)
                .Concat(MonitoringFiles.DashboardExpressions.Select(panel => panel.Expression))
                .SelectMany(PromQl.Jobs)
                .Distinct(),
            job => Assert.Contains($"job_name: {job}\n", configuration)
        );
    }

    [Fact]
    public void Documented_metrics_are_those_of_what_has_no_image_here() =>
        Assert.All(
            DocumentedMetrics.All,
            metric =>
            {
                Assert.Contains(metric.Job, Absent);
                Assert.NotEmpty(metric.Source);
            }
        );

    [Fact]
    public async Task Metrics_of_the_API_keep_to_the_conventions()
    {
        var (text, exitCode) = await stack.RunInPrometheusAsync(
            "wget -q -O- http://api-a:8080/metrics | grep -E '^(# (HELP|TYPE) )?freshtrack_' | promtool check metrics",
            Token
        );

        Assert.True(exitCode == 0, text);
    }

    [Fact]
    public async Task Statements_of_the_dashboards_run_as_the_role_that_may_only_read()
    {
        Assert.NotEmpty(MonitoringFiles.DashboardStatements);
        foreach (var statement in MonitoringFiles.DashboardStatements)
        {
            await stack.ExecuteAsync($"set role freshtrack_readonly; {statement}", Token);
        }
    }

    private async Task<string[]> KnownAsync()
    {
        var answer = await stack.PrometheusHttp.GetStringAsync(
            new Uri("api/v1/label/__name__/values", UriKind.Relative),
            Token
        );
        return [.. JsonNode.Parse(answer)!["data"]!.AsArray().Select(name => name!.GetValue<string>())];
    }

    private static async Task UntilAsync(Func<Task<IEnumerable<string>>> missing)
    {
        string[] left = [.. await missing()];
        for (var look = 0; look < 120 && left.Length > 0; look++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), Token);
            left = [.. await missing()];
        }

        Assert.Empty(left);
    }
}
