using FreshTrack.Plan;

namespace FreshTrack.Clients.StackAuth;

/// <summary>A Stack Auth project as an address names it: <c>https://PROJECT:SERVERKEY@host</c>.</summary>
public sealed record StackAuthAddress(Uri Server, string Project, string ServerKey)
{
    /// <exception cref="RefusedException">The address has another form; it is not shown, since it holds a
    /// key.</exception>
    public static StackAuthAddress Parse(string text)
    {
        var url =
            Uri.TryCreate(text, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" ? parsed : null;
        return url?.UserInfo.Split(':') is [{ Length: > 0 } project, { Length: > 0 } key]
            ? new StackAuthAddress(
                new Uri(url.GetLeftPart(UriPartial.Scheme) + url.Authority),
                Uri.UnescapeDataString(project),
                Uri.UnescapeDataString(key)
            )
            : throw new RefusedException(
                "The Stack Auth address is not understood. Expected 'https://PROJECT:SERVERKEY@host', with "
                    + "/ + and @ of the "
                    + "key percent-encoded."
            );
    }

    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Server}, project {Project}";
}
