using Spectre.Console;

namespace FreshTrack.Build.CommandLine;

/// <summary>Usage, the targets or one target's options, and Cake's switches.</summary>
internal static class HelpScreen
{
    public static void Write(IAnsiConsole console, TaskCatalog targets, Target? target)
    {
        console.WriteLine($"./build.sh {target?.Name ?? "TARGET"} [--option value]");
        if (target is null)
        {
            Section(console, "Targets", targets.Targets.Select(known => (known.Name, known.Description)));
        }
        else
        {
            console.WriteLine(target.Description);
            if (target.Confirms is { } what)
            {
                console.WriteLine($"You confirm {what}.");
            }

            Section(
                console,
                "Options",
                target.Options.Select(option => ($"--{option.Name} {option.Values}", option.Description))
            );
        }

        Section(
            console,
            "Cake",
            CakeSwitch.All.Select(cake =>
                ($"{(cake.Short is null ? "" : $"-{cake.Short}, ")}--{cake.Name} {cake.Values}", cake.Description)
            )
        );
    }

    public static void WriteTargets(IAnsiConsole console, TaskCatalog targets) =>
        Section(console, "Targets", targets.Targets.Select(known => (known.Name, known.Description)));

    private static void Section(
        IAnsiConsole console,
        string title,
        IEnumerable<(string Name, string Description)> lines
    )
    {
        var grid = new Grid()
            .AddColumn(new GridColumn().NoWrap().PadLeft(2).PadRight(3))
            .AddColumn(new GridColumn().PadRight(0));
        var count = 0;
        foreach (var (name, description) in lines)
        {
            grid.AddRow(new Text(name.TrimEnd()), new Text(description));
            count++;
        }

        if (count > 0)
        {
            console.WriteLine();
            console.WriteLine(title);
            console.Write(grid);
        }
    }
}
