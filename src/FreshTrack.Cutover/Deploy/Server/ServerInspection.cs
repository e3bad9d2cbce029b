using CliWrap;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Deploy;

/// <summary>What a server has of what it needs, asked on the server itself by <c>deploy/server/check.sh</c>, which
/// changes nothing.</summary>
public static class ServerInspection
{
    private const string Script = "check.sh";

    /// <param name="directory">The stack's, on the server.</param>
    /// <exception cref="ServerException">The server was not reached, or the script did not come to its end.</exception>
    public static async Task<IReadOnlyList<ServerPoint>> RunAsync(
        ServerShell shell,
        string directory,
        CancellationToken cancellationToken
    )
    {
        await using var script = typeof(ServerInspection).Assembly.GetManifestResourceStream(Script)!;
        var printed = await shell.RunAsync(["sh", "-s", directory], cancellationToken, PipeSource.FromStream(script));
        return
        [
            .. printed
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(Point),
        ];
    }

    private static ServerPoint Point(string line) =>
        line.Split('\t') is [var verdict, var name, var text] && Enum.TryParse<Verdict>(verdict, out var parsed)
            ? new ServerPoint(name, parsed, text)
            : throw new ServerException(
                $"'{line}' of {Script} is not understood; expected a verdict, a name and a text between tabs"
            );
}

/// <summary>One point of a server.</summary>
/// <param name="Text">What was found, and what was expected.</param>
public sealed record ServerPoint(string Name, Verdict Verdict, string Text)
{
    public override string ToString() => $"{Name}: {Text}";
}
