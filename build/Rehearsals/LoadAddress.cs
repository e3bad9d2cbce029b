using FreshTrack.Plan;

namespace FreshTrack.Build.Rehearsals;

/// <summary>The address of an API under load.</summary>
public static class LoadAddress
{
    /// <exception cref="RefusedException">It is not the address of an API.</exception>
    public static Uri Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url!.UserInfo.Length == 0
            ? url
            : throw new RefusedException(
                "The address of the API is not understood. Expected '--url http://127.0.0.1:8080', without "
                    + "a user or a password."
            );
}
