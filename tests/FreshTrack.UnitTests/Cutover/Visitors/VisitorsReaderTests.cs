using FreshTrack.Cutover.Visitors;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.Visitors;

public sealed class VisitorsReaderTests : IDisposable
{
    private const string Names = """
        app: https://app.example.com
        api: https://api.example.com
        monitoring: https://monitoring.example.com
        status: https://status.example.com
        """;

    private const string Monitoring = """
        user: operations
        password: of-operations
        status_page:
          url: http://127.0.0.1:3002
          user: admin
          password: of-admin
          file: uptime-kuma.yaml
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("visitors").FullName;

    public VisitorsReaderTests() => File.WriteAllText(Path.Combine(folder, "uptime-kuma.yaml"), "");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Names_lead_where_DNS_leads_unless_a_front_is_named()
    {
        var plain = ReadNames(Names);
        var front = ReadNames(
            $$"""
            {{Names}}
            front: { https: "203.0.113.7:443", http: "203.0.113.7:80" }
            certificates: internal
            """
        );

        Assert.Equal("https://api.example.com/", $"{plain.Api}");
        Assert.Equal((null, false), (plain.Front, plain.HasOwnAuthority));
        Assert.Equal(("203.0.113.7:443", "203.0.113.7:80"), ($"{front.Front!.Https}", $"{front.Front.Http}"));
        Assert.True(front.HasOwnAuthority);
    }

    [Fact]
    public void Monitoring_has_two_passwords_and_a_file()
    {
        var monitoring = ReadMonitoring(Monitoring);

        Assert.Equal(("operations", "of-operations"), (monitoring.User, monitoring.Password));
        Assert.Equal(("admin", "of-admin"), (monitoring.StatusPage.User, monitoring.StatusPage.Password));
        Assert.Equal(Path.Combine(folder, "uptime-kuma.yaml"), monitoring.StatusPageFile);
    }

    [Theory]
    [InlineData("app: https://app.example.com", "app: http://app.example.com", "https://HOST")]
    [InlineData("app: https://app.example.com", "app: https://app.example.com/welcome", "https://HOST")]
    [InlineData("app: https://app.example.com", "app: https://app.example.com:8443", "https://HOST")]
    [InlineData("app: https://app.example.com", "app: https://ada:hunter2@app.example.com", "https://HOST")]
    [InlineData("app: https://app.example.com", "", "'app'")]
    [InlineData(
        "app: https://app.example.com",
        "app: https://app.example.com\ncertificates: own",
        "public, or internal"
    )]
    [InlineData("app: https://app.example.com", "app: https://app.example.com\nfront: { https: 'x' }", "host:port")]
    public void Names_that_cannot_be_meant_are_refused(string part, string other, string expected)
    {
        var refused = Assert.Throws<RefusedException>(() => ReadNames(Names.Replace(part, other)));

        Assert.Contains(expected, refused.Message);
        Assert.DoesNotContain("hunter2", refused.Message);
    }

    [Theory]
    [InlineData("url: http://127.0.0.1:3002", "url: http://admin:hunter2@127.0.0.1:3002", "without a user")]
    [InlineData("url: http://127.0.0.1:3002", "url: 127.0.0.1:3002", "http://127.0.0.1:3002")]
    [InlineData("file: uptime-kuma.yaml", "file: missing.yaml", "a file such as")]
    [InlineData("user: operations", "", "'user'")]
    public void Monitoring_that_cannot_be_meant_is_refused(string part, string other, string expected)
    {
        var refused = Assert.Throws<RefusedException>(() => ReadMonitoring(Monitoring.Replace(part, other)));

        Assert.Contains(expected, refused.Message);
        Assert.DoesNotContain("hunter2", refused.Message);
    }

    private PublicNames ReadNames(string text) => Read(text, (reader, node) => reader.Names(node))!;

    private MonitoringSettings ReadMonitoring(string text) => Read(text, (reader, node) => reader.Monitoring(node))!;

    private T Read<T>(string text, Func<VisitorsReader, YamlNode, T> read)
    {
        var problems = new YamlProblems("file.yaml", "the environment");
        var settings = read(
            new VisitorsReader(problems, folder, node => node.Text()),
            YamlNode.ReadSecretive(text, "file.yaml", "the environment")
        );
        problems.Demand();
        return settings;
    }
}
