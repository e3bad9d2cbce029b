using System.Text.RegularExpressions;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.Monitoring;

/// <summary>Every alert fires when it should, not before, and says where to read on.</summary>
public sealed partial class AlertRuleTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_alert_fires_at_its_minute_and_not_before()
    {
        await servers.RequireEngineAsync(Token);
        string[] files =
        [
            .. Directory
                .EnumerateFiles(MonitoringFiles.RuleTests, "*.yml")
                .Select(file => $"/deploy/prometheus/tests/{Path.GetFileName(file)}"),
        ];

        var (exitCode, text) = await MonitoringPrograms.RunAsync(
            ImageCatalog.Prometheus,
            "promtool",
            Token,
            ["test", "rules", .. files]
        );

        Assert.True(exitCode == 0, text);
    }

    [Fact]
    public void Every_alert_has_a_case_that_expects_it_and_the_minute_before_does_not() =>
        Assert.All(
            MonitoringFiles.Alerts,
            alert =>
                Assert.Contains(
                    MonitoringFiles.ExpectedMoments,
                    moment =>
                        moment.Alert == alert.Alert
                        && moment.IsFiring
                        && MonitoringFiles.ExpectedMoments.Contains(
                            new ExpectedMoment(moment.Alert, moment.Minute - 1, IsFiring: false)
                        )
                )
        );

    [Fact]
    public void Every_alert_has_a_heading_in_the_document()
    {
        var headings = Headings()
            .Matches(File.ReadAllText(Path.Combine(MonitoringFiles.Root, "docs", "MONITORING.md")))
            .Select(heading => heading.Groups["name"].Value)
            .ToArray();

        Assert.All(
            MonitoringFiles.Alerts,
            alert =>
            {
                Assert.Contains(alert.Alert, headings);
                Assert.Equal(
                    $"docs/MONITORING.md#{alert.Alert!.ToLowerInvariant()}",
                    alert.Annotations.GetValueOrDefault("runbook")
                );
            }
        );
        // What stands there without an alert is old.
        Assert.Empty(headings.Except(MonitoringFiles.Alerts.Select(alert => alert.Alert)));
    }

    [Fact]
    public void Every_alert_names_what_it_is_about() =>
        Assert.All(
            MonitoringFiles.Alerts,
            alert =>
            {
                Assert.NotEmpty(alert.Annotations["summary"]);
                Assert.NotEmpty(alert.Labels["service"]);
            }
        );

    [GeneratedRegex("^### (?<name>.+)$", RegexOptions.Multiline, 1000)]
    private static partial Regex Headings();
}
