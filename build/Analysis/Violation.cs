using System.Text.Json;

namespace FreshTrack.Build.Analysis;

/// <summary>A broken rule, as the compiler wrote it to its SARIF log.</summary>
public sealed record Violation(string Rule, string File, int Line, string Message)
{
    public override string ToString() => File.Length == 0 ? $"{Rule}: {Message}" : $"{File}({Line}): {Rule}: {Message}";

    /// <summary>Reads the errors of a SARIF 2.1 log; what a comment or attribute suppresses is none.</summary>
    /// <param name="root">Folder that file names are shown relative to.</param>
    /// <exception cref="JsonException">The text is no SARIF.</exception>
    public static IReadOnlyList<Violation> Read(string sarif, string root)
    {
        using var log = JsonDocument.Parse(sarif);
        return
        [
            .. log
                .RootElement.GetProperty("runs")
                .EnumerateArray()
                .SelectMany(run => run.GetProperty("results").EnumerateArray())
                .Where(result =>
                    result.GetProperty("level").GetString() == "error" && !result.TryGetProperty("suppressions", out _)
                )
                .Select(result => Of(result, root)),
        ];
    }

    private static Violation Of(JsonElement result, string root)
    {
        var rule = result.GetProperty("ruleId").GetString()!;
        var message = result.GetProperty("message").GetProperty("text").GetString()!;
        if (!result.TryGetProperty("locations", out var locations) || locations.GetArrayLength() == 0)
        {
            return new Violation(rule, "", 0, message);
        }

        var place = locations[0].GetProperty("physicalLocation");
        var address = new Uri(
            place.GetProperty("artifactLocation").GetProperty("uri").GetString()!,
            UriKind.RelativeOrAbsolute
        );
        var file = address.IsAbsoluteUri ? Path.GetRelativePath(root, address.LocalPath) : address.OriginalString;
        return new Violation(rule, file, place.GetProperty("region").GetProperty("startLine").GetInt32(), message);
    }
}
