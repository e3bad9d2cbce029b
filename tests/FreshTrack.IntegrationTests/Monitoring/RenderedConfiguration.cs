using System.Text.RegularExpressions;
using FreshTrack.Fixtures.Containers;

namespace FreshTrack.IntegrationTests.Monitoring;

/// <summary>The files of <c>deploy/</c> with times in seconds where they have minutes, in a folder of their
/// own.</summary>
internal sealed partial class RenderedConfiguration : IDisposable
{
    /// <summary>Where the proxy of the test answers over TLS, with a certificate of its own authority.</summary>
    public const string PublicName = "public.freshtrack.test";

    public RenderedConfiguration()
    {
        Write("prometheus/prometheus.yml", Seconds);
        WriteText("prometheus/instances/jobs.yml", File.ReadAllText(MonitoringFiles.InstanceJobs));
        foreach (var rules in Directory.EnumerateFiles(MonitoringFiles.Rules))
        {
            Write(Path.Combine("prometheus", "rules", Path.GetFileName(rules)), Waits);
        }

        Write("alertmanager/alertmanager.yml", GroupTimes);
        Write("blackbox/blackbox.yml", OwnAuthority);
        WriteText("secrets/alertmanager_webhook", "http://receiver:8080/");
        WriteText("secrets/postgres_exporter_password", ServerBuilders.Password);
        WriteText("receiver.pl", File.ReadAllText(Path.Combine(Source, "receiver.pl")));
        WriteText("Caddyfile", Caddyfile);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("freshtrack-monitoring-").FullName;

    private static string Source { get; } =
        Path.Combine(MonitoringFiles.Root, "tests", "FreshTrack.IntegrationTests", "Monitoring");

    private static string Caddyfile { get; } =
        $$"""
            {
            	admin off
            	skip_install_trust
            	servers {
            		metrics
            	}
            }

            https://{{PublicName}} {
            	tls internal
            	reverse_proxy api-a:8080 api-b:8080
            }

            http://:9180 {
            	handle /targets {
            		header Content-Type application/json
            		respond `[{"targets":["https://{{PublicName}}/health/live"],"labels":{"module":"https_2xx"} }]` 200
            	}
            	metrics /metrics
            }
            """;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Write(string file, Func<string, string> render)
    {
        var text = File.ReadAllText(Path.Combine(MonitoringFiles.Deploy, file));
        var rendered = render(text);
        Assert.True(text != rendered || file.EndsWith("recording.yml"), $"Nothing of {file} was rendered.");
        WriteText(file, rendered);
    }

    private void WriteText(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            // Each container reads it as its own user.
            for (var folder = Path.GetDirectoryName(path)!; folder.Length >= Folder.Length; )
            {
                File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
                folder = Path.GetDirectoryName(folder)!;
            }
        }
    }

    private static string Seconds(string text) =>
        text.Replace("scrape_interval: 15s", "scrape_interval: 2s")
            .Replace("scrape_timeout: 10s", "scrape_timeout: 2s")
            .Replace("evaluation_interval: 15s", "evaluation_interval: 1s")
            .Replace("refresh_interval: 30s", "refresh_interval: 1s");

    private static string Waits(string text) => For().Replace(text, "for: ${number}s");

    private static string GroupTimes(string text) =>
        text.Replace("group_wait: 15s", "group_wait: 0s").Replace("group_interval: 2m", "group_interval: 1s");

    private static string OwnAuthority(string text) =>
        text.Replace(
            "fail_if_not_ssl: true",
            "fail_if_not_ssl: true\n      tls_config: { insecure_skip_verify: true }"
        );

    [GeneratedRegex(@"for: (?<number>\d+)[mh]", RegexOptions.None, 1000)]
    private static partial Regex For();
}
