using FreshTrack.Cutover.StatusPages;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.StatusPage;

public sealed class StatusPageFileTests : IDisposable
{
    private const string Secret = "https://hooks.example.com/T0/hunter2";

    private readonly string folder = Directory.CreateTempSubdirectory("status-page").FullName;

    public StatusPageFileTests()
    {
        var secret = Path.Combine(folder, "secrets", "alertmanager_webhook");
        Directory.CreateDirectory(Path.GetDirectoryName(secret)!);
        File.WriteAllText(secret, Secret);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(secret, UnixFileMode.UserRead);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_file_of_production_watches_what_customers_need()
    {
        var settings = Read(Production());

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["Application"] = "https://freshtrackpro.com/",
                ["API"] = "https://api.freshtrackpro.com/health",
                ["Database"] = "http://api-a:8080/health",
                ["Redis"] = "http://api-a:8080/health",
                ["Sensor uplinks"] = "https://api.freshtrackpro.com/api/webhooks/ttn",
            },
            settings.Monitors.ToDictionary(monitor => monitor.Name, monitor => monitor.Url.ToString())
        );
        Assert.Equal("https://status.freshtrackpro.com/", settings.Page.Address.ToString());
        Assert.Equal(["401", "405"], settings.Monitors.Single(monitor => monitor.Name == "Sensor uplinks").Statuses);
        Assert.Equal(Secret, Assert.IsType<WebhookSettings>(Assert.Single(settings.Notifications)).Url.ToString());
        Assert.Equal(IncidentNames.All, settings.Incidents.Keys);
        Assert.DoesNotContain("{app}", settings.Incidents[IncidentNames.Complete].Content);
    }

    [Fact]
    public void An_environments_address_comes_in_place_of_the_files()
    {
        var settings = StatusPageFile.Read(
            Write(Production()),
            new Dictionary<string, Uri> { ["api"] = new("http://127.0.0.1:8080/"), ["other"] = new("http://x/") },
            folder
        );

        Assert.Equal(
            "http://127.0.0.1:8080/health",
            settings.Monitors.Single(monitor => monitor.Name == "API").Url.ToString()
        );
        Assert.Equal("https://freshtrackpro.com/", settings.Monitors[0].Url.ToString());
    }

    [Fact]
    public void What_is_left_out_of_a_monitor_has_a_default()
    {
        var monitor = Read(Production()).Monitors.Single(monitor => monitor.Name == "Application");

        Assert.Equal(
            ("GET", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10), 2, null),
            (monitor.Method, monitor.Every, monitor.Timeout, monitor.Retries, monitor.Json)
        );
        Assert.Equal(["200-299"], monitor.Statuses);
    }

    [Theory]
    [InlineData("version: 1", "version: 2", "(4,10): 'version' is '2'; expected 1")]
    [InlineData("slug: freshtrack", "slug: Fresh-Track", "expected lower-case letters, digits and single hyphens")]
    [InlineData("slug: freshtrack", "slug: fresh--track", "expected lower-case letters, digits and single hyphens")]
    [InlineData("  slug: freshtrack\n", "", "'page' has no 'slug'")]
    [InlineData("    retries: 2", "    retry: 2", "unknown key 'retry' in item 1 of 'monitors'")]
    [InlineData("retries: 2", "retries: 11", "'retries' is '11'; expected a whole number from 0 to 10")]
    [InlineData("retries: 2", "every: 00:00:19", "'every' is '00:00:19'; expected a time from 00:00:20")]
    [InlineData("retries: 2", "timeout: 00:00:00", "'timeout' is '00:00:00'; expected a time from 00:00:01")]
    [InlineData("retries: 2", "method: DELETE", "'method' is 'DELETE'; expected GET, HEAD, POST or OPTIONS")]
    [InlineData("\"401\", \"405\"", "\"4xx\"", "expected statuses as \"405\" or \"200-299\"")]
    [InlineData("\"401\", \"405\"", "", "expected statuses as \"405\" or \"200-299\"")]
    [InlineData("{api}/health", "{apy}/health", "'url' holds '{apy}'; expected one of the addresses {app}, {api}")]
    [InlineData("\"{app}/\"", "ftp://x/", "'url' is ")]
    [InlineData("\"{app}/\"", "\"https://me:hunter3@x/\"", "without a user or a password")]
    [InlineData("name: Redis", "name: API", "is named 'API' as another one is")]
    [InlineData("[Application, API]", "[Application, APJ]", "'FreshTrack' names 'APJ'; expected monitors of this file")]
    [InlineData("[Application, API]", "[API, API]", "'API' stands twice in this list")]
    [InlineData("style: danger", "style: red", "'style' is 'red'; expected info, warning, danger")]
    [InlineData("  rolled_back:", "  rolledback:", "unknown key 'rolledback' in 'incidents'; expected announced")]
    [InlineData("{ file: secrets/alertmanager_webhook }", "https://x/hunter3", "'url' is written out")]
    [InlineData("alertmanager_webhook", "nothing", "there is no secret file")]
    [InlineData("    webhook: {", "    slack: {", "unknown key 'slack'")]
    [InlineData("value: ok }", "}", "'json' has no 'value'")]
    public void What_is_wrong_is_said_with_its_line_and_what_was_expected(string right, string wrong, string said)
    {
        var message = Assert.Throws<RefusedException>(() => Read(Production().Replace(right, wrong))).Message;

        Assert.Contains(said, message);
        Assert.Contains("status-page.yaml(", message);
        Assert.DoesNotContain("hunter", message);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var text = Production().Replace("version: 1", "version: 2").Replace("style: danger", "style: red");

        Assert.Contains("has 2 problems", Assert.Throws<RefusedException>(() => Read(text)).Message);
    }

    [Theory]
    [InlineData("implicit", true)]
    [InlineData("starttls", false)]
    public void Mail_is_sent_with_TLS(string tls, bool isImplicit)
    {
        var mail = $$"""
            mail: { host: smtp.example.com, port: 465, tls: {{tls}}, from: a@example.com, to: b@example.com }
            """;
        var text = Production().Replace("webhook: { url: { file: secrets/alertmanager_webhook } }", mail);

        var settings = Assert.IsType<MailSettings>(Assert.Single(Read(text).Notifications));

        Assert.Equal(("smtp.example.com", 465, isImplicit), (settings.Host, settings.Port, settings.IsImplicitTls));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var missing = Path.Combine(folder, "missing.yaml");

        var refused = Assert.Throws<RefusedException>(() =>
            StatusPageFile.Read(missing, new Dictionary<string, Uri>(), folder)
        );

        Assert.Contains($"'{missing}' cannot be read", refused.Message);
    }

    private static string Production() =>
        File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "deploy", "uptime-kuma.yaml"));

    private StatusPageSettings Read(string text) =>
        StatusPageFile.Read(Write(text), new Dictionary<string, Uri>(), folder);

    private string Write(string text)
    {
        var file = Path.Combine(folder, "status-page.yaml");
        File.WriteAllText(file, text);
        return file;
    }
}
