using FreshTrack.Plan;

namespace FreshTrack.Build.Rehearsals;

/// <summary>The address of an API under load: on this machine, or on one that a person has named twice.</summary>
public static class LoadAddress
{
    /// <param name="confirmed">The host that the person confirms; null when they confirm none.</param>
    /// <exception cref="RefusedException">No address of an API, or the host is another machine and not
    /// confirmed.</exception>
    public static Uri Parse(string text, string? confirmed) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url!.UserInfo.Length == 0
            ? url switch
            {
                { IsLoopback: true } => url,
                _ when string.Equals(url.Host, confirmed, StringComparison.OrdinalIgnoreCase) => url,
                _ => throw new RefusedException(
                    $"Load writes readings to {url.Host} and acknowledges its alerts, and it is not this "
                        + $"machine{(confirmed is null ? "" : $"; confirmed was '{confirmed}'")}. If you mean "
                        + $"it, add --confirm {url.Host}."
                ),
            }
            : throw new RefusedException(
                "The address of the API is not understood. Expected '--url http://127.0.0.1:8080', without "
                    + "a user or a password."
            );
}
