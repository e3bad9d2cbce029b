using FreshTrack.Cutover.Visitors;

namespace FreshTrack.Cutover.Pictures;

/// <summary>What a browser may reach, where, and whom it trusts there beyond its own list.</summary>
/// <param name="Options">Of Chromium's command line.</param>
public sealed record NetworkReach(IReadOnlyList<string> Options)
{
    private const string NobodyElse = "MAP * ~NOTFOUND";

    /// <summary>No host at all.</summary>
    public static NetworkReach None { get; } = new([$"--host-resolver-rules={NobodyElse}"]);

    /// <summary>The public names alone, at the front where there is one.</summary>
    /// <param name="keys">Hashes of the keys whose certificates were checked against the proxy's own authority.</param>
    public static NetworkReach Of(PublicNames names, IReadOnlyCollection<string> keys) =>
        new([
            $"--host-resolver-rules={string.Join(", ", Rules(names))}",
            // A proxy of this machine knows nothing of where the front is.
            .. names.Front is null ? Array.Empty<string>() : ["--no-proxy-server"],
            .. keys.Count == 0
                ? Array.Empty<string>()
                : [$"--ignore-certificate-errors-spki-list={string.Join(',', keys)}"],
        ]);

    /// <summary>The names whose pages are pictured, and whom these pages ask.</summary>
    public static IEnumerable<Uri> Reached(PublicNames names) => [names.App, names.Api, names.Status];

    private static IEnumerable<string> Rules(PublicNames names) =>
        [
            .. Reached(names)
                .Select(name => name.Host)
                .Distinct()
                .Select(host => names.Front is { } front ? $"MAP {host} {front.Https}" : $"EXCLUDE {host}"),
            NobodyElse,
        ];
}
