namespace FreshTrack.Build.CommandLine;

/// <summary>A switch of Cake's own, valid with every target.</summary>
internal sealed record CakeSwitch(string Name, string? Short, string? Values, string Description)
{
    public static readonly IReadOnlyList<CakeSwitch> All =
    [
        new("target", "t", "TARGET", "what the first word stands for"),
        new("verbosity", "v", "LEVEL", "quiet, minimal, normal, verbose, diagnostic"),
        new("working", "w", "PATH", "the working directory"),
        new("exclusive", "e", null, "leave out what the target depends on"),
        new("dryrun", null, null, "list the tasks that would run"),
        new("tree", null, null, "show what depends on what"),
        new("description", null, null, "list the targets"),
        new("help", "h", null, "show a target's options"),
        new("version", null, null, "show the version of Cake"),
        new("info", null, null, "show the version and copyright of Cake"),
    ];

    public static CakeSwitch? Find(string name, bool isShort) =>
        All.FirstOrDefault(cake => (isShort ? cake.Short : cake.Name) == name);
}
