using System.Security.Cryptography;
using System.Text;

namespace FreshTrack.Cutover.Reporting.Markup;

/// <summary>A whole document in one file. Its policy lets in the one style sheet and the one script that are in it, and
/// no address but its own server's.</summary>
/// <param name="Script">Null where nothing moves.</param>
internal sealed record Page(string Title, Html Body, string? Script = null)
{
    private static readonly string Style = Read("page.css");

    public string Write() =>
        Html.Of(
                $"""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="{Policy}">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta name="referrer" content="no-referrer">
                <link rel="icon" href="data:,">
                <title>{Title}</title>
                <style>{Html.Trusted(Style)}</style>
                </head>
                <body>
                {Body}{(Script is null ? Html.Empty : Html.Of($"<script>{Html.Trusted(Script)}</script>\n"))}</body>
                </html>

                """
            )
            .ToString();

    internal static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(Page).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    private string Policy =>
        $"default-src 'none'; style-src '{Hash(Style)}'; img-src data:; base-uri 'none'; form-action 'none'"
        + (Script is null ? "" : $"; script-src '{Hash(Script)}'; connect-src 'self'");

    private static string Hash(string text) =>
        $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}
