using System.Buffers.Text;
using System.Text.Json;

namespace FreshTrack.Clients.StackAuth;

/// <summary>Reads how long an access token lives out of the token itself. No signature is checked: that is for whoever
/// is shown the token.</summary>
public static class TokenLife
{
    /// <summary>What Stack Auth gives its access tokens when nobody sets it otherwise.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromMinutes(10);

    // Longer than any session of Stack Auth; what says more says nothing.
    private const long LongestSeconds = 367L * 24 * 60 * 60;

    /// <returns>From its issue to its end, by the server's clock alone; <see cref="Default"/> for a text that does not
    /// say.</returns>
    public static TimeSpan Of(string accessToken)
    {
        if (accessToken.Split('.') is not [_, var payload, _] || !Base64Url.IsValid(payload))
        {
            return Default;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return
                claims.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("iat", out var from)
                && root.TryGetProperty("exp", out var to)
                && from is { ValueKind: JsonValueKind.Number }
                && to is { ValueKind: JsonValueKind.Number }
                && from.TryGetInt64(out var start)
                && to.TryGetInt64(out var end)
                && end > start
                && end - (Int128)start <= LongestSeconds
                ? TimeSpan.FromSeconds(end - start)
                : Default;
        }
        catch (JsonException)
        {
            return Default;
        }
    }
}
