using FreshTrack.Clients.Kuma;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Visitors;

/// <summary>Reads <c>public</c> and <c>monitoring</c> of an environment's file.</summary>
/// <param name="folder">Of the environment's file.</param>
/// <param name="secret">Reads the file that a node names.</param>
internal sealed class VisitorsReader(YamlProblems problems, string folder, Func<YamlNode, string> secret)
{
    public PublicNames? Names(YamlNode? node)
    {
        var section = problems.Mapping(node, "app", "api", "monitoring", "status", "front", "certificates");
        var app = problems.Required(section, "app", Name);
        var api = problems.Required(section, "api", Name);
        var monitoring = problems.Required(section, "monitoring", Name);
        var status = problems.Required(section, "status", Name);
        var front = Front(problems.Optional(section, "front", value => value));
        var hasOwnAuthority = problems.Optional(section, "certificates", IsInternal);
        return section is null
            ? null
            : new PublicNames(app, api, monitoring, status) { Front = front, HasOwnAuthority = hasOwnAuthority };
    }

    public MonitoringSettings? Monitoring(YamlNode? node)
    {
        var section = problems.Mapping(node, "user", "password", "status_page");
        var user = problems.Required(section, "user", value => value.Text());
        var password = problems.Required(section, "password", secret);
        var page = problems.Mapping(
            problems.Required(section, "status_page", value => value),
            "url",
            "user",
            "password",
            "file"
        );
        var url = problems.Required(page, "url", Server);
        var administrator = problems.Required(page, "user", value => value.Text());
        var key = problems.Required(page, "password", secret);
        var file = problems.Required(page, "file", Existing);
        return page is null || url is null
            ? null
            : new MonitoringSettings(user, password, new KumaAccount(url, administrator, key), file, folder);
    }

    private Front? Front(YamlNode? node)
    {
        var section = problems.Mapping(node, "https", "http");
        var https = problems.Required(section, "https", Address);
        var http = problems.Required(section, "http", Address);
        return section is null ? null : new Front(https, http);
    }

    private string Existing(YamlNode node) =>
        Path.Combine(folder, node.Text()) is var path && File.Exists(path)
            ? path
            : throw Refuse(node, "a file such as uptime-kuma.yaml, from this one's folder or absolute");

    private static bool IsInternal(YamlNode node) =>
        node.Text() switch
        {
            "internal" => true,
            "public" => false,
            _ => throw Refuse(node, "public, or internal for those of Caddy's own authority (CADDY_TLS=internal)"),
        };

    private static Uri Name(YamlNode node) =>
        Uri.TryCreate(node.Text(), UriKind.Absolute, out var url)
        && url is { Scheme: "https", UserInfo: "", PathAndQuery: "/", IsDefaultPort: true }
            ? url
            : throw Refuse(node, "an address as https://HOST, without a port or a path");

    private static Uri Server(YamlNode node) =>
        Uri.TryCreate(node.Text(), UriKind.Absolute, out var url)
        && url is { Scheme: "http" or "https", UserInfo: "", PathAndQuery: "/" }
            ? url
            : throw Refuse(node, "an address as http://127.0.0.1:3002, without a user or a path");

    private static HostAndPort Address(YamlNode node) =>
        node.Text().Split(':') is [{ Length: > 0 } host, var port]
        && ushort.TryParse(port, out var number)
        && number > 0
            ? new HostAndPort(host, number)
            : throw Refuse(node, "host:port as in 203.0.113.7:443");

    private static RefusedException Refuse(YamlNode node, string expected) =>
        node.Refuse($"{node.What} is {node.Quote(node.Text())}; expected {expected}");
}
