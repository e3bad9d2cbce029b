namespace FreshTrack.Cutover.Deploy;

/// <summary>Where the stack's files are on the server, and under which name the engine knows what they start.</summary>
/// <param name="Name">Of the Compose project.</param>
/// <param name="Directory">On the server, absolute.</param>
/// <param name="Files">Compose files, from the directory; a later one adds to the earlier ones.</param>
/// <param name="EnvironmentFile">From the directory: <c>.env.production</c>.</param>
public sealed record ComposeProject(string Name, string Directory, IReadOnlyList<string> Files, string EnvironmentFile)
{
    /// <summary>The program; an image with it where the machine has no plugin.</summary>
    public IReadOnlyList<string> Program { get; init; } = ["docker", "compose"];

    /// <summary>A command of Compose for this project.</summary>
    public IReadOnlyList<string> Command(params IEnumerable<string> words) =>
        [
            .. Program,
            "--project-name",
            Name,
            "--project-directory",
            Directory,
            "--env-file",
            In(EnvironmentFile),
            .. Files.SelectMany(file => new[] { "--file", In(file) }),
            "--ansi",
            "never",
            "--progress",
            "plain",
            .. words,
        ];

    private string In(string file) => file.StartsWith('/') ? file : $"{Directory}/{file}";
}
