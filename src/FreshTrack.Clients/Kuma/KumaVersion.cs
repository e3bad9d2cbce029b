namespace FreshTrack.Clients.Kuma;

/// <summary>The versions whose socket API this client speaks.</summary>
internal static class KumaVersion
{
    public const string Expected = "1.23.x or 2.0.0-dev.0";

    private const string Registry = "2.0.0-dev.0";

    /// <summary>2.0.0-dev.0, the npm registry's, has the calls of 1.23; later 2.x changed them.</summary>
    public static bool IsSpoken(string version) =>
        version == Registry
        || (version.Split('.') is ["1", "23", { Length: > 0 } patch] && patch.All(char.IsAsciiDigit));
}
