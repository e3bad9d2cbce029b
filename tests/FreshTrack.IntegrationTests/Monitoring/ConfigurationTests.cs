using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.Monitoring;

/// <summary>What the servers of the monitoring are given, judged by their own programs.</summary>
public sealed class ConfigurationTests(Servers servers) : IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await servers.RequireEngineAsync(Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public Task Prometheus_takes_its_configuration_and_rules() =>
        PassesAsync(
            ImageCatalog.Prometheus,
            "promtool",
            "check",
            "config",
            "--lint=all",
            "--lint-fatal",
            "/deploy/prometheus/prometheus.yml"
        );

    /// <summary>As the Swarm file mounts it: a folder in place of another.</summary>
    [Fact]
    public Task Prometheus_takes_the_jobs_of_a_Swarm() =>
        PassesAsync(
            ImageCatalog.Prometheus,
            "sh",
            "-ec",
            """
            cp -r /deploy/prometheus /tmp/prometheus
            rm -r /tmp/prometheus/instances
            mv /tmp/prometheus/swarm /tmp/prometheus/instances
            promtool check config --lint=all --lint-fatal /tmp/prometheus/prometheus.yml
            """
        );

    [Fact]
    public void Both_sets_of_jobs_name_the_same_jobs() =>
        Assert.Equal(JobsOf(MonitoringFiles.InstanceJobs), JobsOf(MonitoringFiles.SwarmJobs));

    [Fact]
    public Task Alertmanager_takes_its_configuration() =>
        PassesAsync(ImageCatalog.Alertmanager, "amtool", "check-config", "/deploy/alertmanager/alertmanager.yml");

    [Fact]
    public Task Blackbox_exporter_takes_its_configuration() =>
        PassesAsync(
            ImageCatalog.BlackboxExporter,
            "/bin/blackbox_exporter",
            "--config.check",
            "--config.file=/deploy/blackbox/blackbox.yml"
        );

    [Fact]
    public async Task Every_severity_has_a_route_of_its_own()
    {
        var severities = MonitoringFiles.Alerts.Select(alert => alert.Labels["severity"]).Distinct().ToArray();

        Assert.Equal(["critical", "warning"], severities.Order());
        foreach (var severity in severities)
        {
            Assert.Equal(severity, await ReceiverAsync(severity));
        }
    }

    [Fact]
    public async Task Alert_of_an_unknown_severity_is_told_all_the_same() =>
        Assert.Equal("unrouted", await ReceiverAsync("info"));

    private static IEnumerable<string> JobsOf(string file) =>
        File.ReadLines(file).Where(line => line.Contains("job_name: ")).Select(line => line.Trim());

    private static async Task<string> ReceiverAsync(string severity)
    {
        var (exitCode, text) = await MonitoringPrograms.RunAsync(
            ImageCatalog.Alertmanager,
            "amtool",
            Token,
            "config",
            "routes",
            "test",
            "--config.file=/deploy/alertmanager/alertmanager.yml",
            $"severity={severity}",
            "service=api"
        );
        Assert.True(exitCode == 0, text);
        // It warns that the file replaces a server's address.
        return Assert.Single(text.Split('\n'), line => line.Length > 0 && !line.StartsWith("Warning: "));
    }

    private static async Task PassesAsync(ImageDefinition image, string program, params string[] arguments)
    {
        var (exitCode, text) = await MonitoringPrograms.RunAsync(image, program, Token, arguments);

        Assert.True(exitCode == 0, text);
    }
}
