using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>One service of a rendered Compose configuration.</summary>
internal sealed record StackService(string Name, JsonNode Node)
{
    public static IReadOnlyList<StackService> In(JsonNode configuration) =>
        [.. configuration["services"]!.AsObject().Select(entry => new StackService(entry.Key, entry.Value!))];

    public string Image => Text("image");

    public string User => Text("user");

    public string Restart => Text("restart");

    public JsonNode? Limits => Node["deploy"]?["resources"]?["limits"];

    public IReadOnlyList<string> Networks => [.. Keys(Node["networks"]).Order()];

    public IReadOnlyList<string> Added => [.. List("cap_add").Order()];

    public IReadOnlyDictionary<string, string> Environment =>
        Node["environment"]?.AsObject().ToDictionary(entry => entry.Key, entry => $"{entry.Value}")
        ?? new Dictionary<string, string>();

    public IReadOnlyList<string> SecretNames =>
        [.. Node["secrets"]?.AsArray().Select(secret => $"{secret!["source"]}") ?? []];

    /// <summary>As the short form writes them: <c>127.0.0.1:3002:3001/tcp</c>.</summary>
    public IReadOnlyList<string> Ports => [.. (Node["ports"]?.AsArray() ?? []).Select(port => Port(port!)).Order()];

    public IReadOnlyList<JsonNode> Mounts => [.. (Node["volumes"]?.AsArray() ?? []).OfType<JsonNode>()];

    public string Text(string key) => $"{Node[key]}";

    public bool IsTrue(string key) => Text(key) == "true";

    public IReadOnlyList<string> List(string key) => [.. Node[key]?.AsArray().Select(item => $"{item}") ?? []];

    private static string Port(JsonNode port)
    {
        var host = port["host_ip"] is { } address ? $"{address}:" : "";
        return $"{host}{port["published"]}:{port["target"]}/{port["protocol"]}";
    }

    private static IEnumerable<string> Keys(JsonNode? map) => map?.AsObject().Select(entry => entry.Key) ?? [];
}
