namespace FreshTrack.Build.CommandLine;

/// <summary>A switch of Cake's own, valid with every target.</summary>
internal sealed record CakeSwitch(string Name, string? Short, string? Values, string Description)
{
    public static readonly IReadOnlyList<CakeSwitch> All =
    [
        new("target", "t", "TARGET", "the target; the first word of the command line stands for it"),
        new("verbosity", "v", "quiet|minimal|normal|verbose|diagnostic", "how much is shown; diagnostic adds stack traces"),
        new("working", "w", "PATH", "the working directory"),
        new("exclusive", "e", null, "run the target without the tasks it depends on"),
        new("dryrun", null, null, "list the tasks that would run"),
        new("tree", null, null, "show the tasks and what they depend on"),
        new("description", null, null, "list the targets"),
        new("help", "h", null, "show the options of a target"),
        new("version", null, null, "show the version of Cake"),
        new("info", null, null, "show the version of Cake and where it comes from"),
    ];

    public static CakeSwitch? Find(string name, bool isShort)
        => All.FirstOrDefault(cake => (isShort ? cake.Short : cake.Name) == name);
}
