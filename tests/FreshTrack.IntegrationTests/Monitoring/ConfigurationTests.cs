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
