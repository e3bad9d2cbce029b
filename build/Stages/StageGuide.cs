using FreshTrack.Cutover.Environments;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Generator;
using Spectre.Console;

namespace FreshTrack.Build.Stages;

/// <summary>How to use a stage: its addresses, what opens them, and the commands of a practice night in their
/// order.</summary>
/// <param name="Folder">From the repository's root.</param>
public sealed record StageGuide(string Folder, StageState State, EnvironmentDescription Environment)
{
    public void Show(IAnsiConsole console)
    {
        var file = Path.Combine(Folder, StageFiles.FileName);
        var api = $"http://127.0.0.1:{State.ApiPort}";
        Section(
            console,
            $"The stage is ready: {file}",
            [
                ("source", Environment.Source?.Database),
                ("target", Environment.Target?.Database),
                ("object store", Environment.Target?.ObjectStore),
                ("redis", Environment.Target?.Redis),
                ("Stack Auth", Environment.StackAuth?.Server.ToString()),
                ("old application", Environment.Source?.Maintenance?.ToString()),
                ("API", $"{api}, once it is deployed"),
                ("secrets", $"{Path.Combine(Folder, "secrets")}, as in psql \"$(cat {Folder}/secrets/source)\""),
                ("webhook secret", $"{FixtureSecrets.WebhookSecret(0)} of the oldest organization"),
            ]
        );
        Section(
            console,
            "A practice night",
            [
                ($"./build.sh Preflight --environment {file}", "what would keep rows from arriving"),
                ($"./build.sh Migrate --freeze --environment {file} --yes", "closes the source and moves it"),
                ($"./build.sh Verify --environment {file}", "compares both sides"),
                ($"./build.sh Deploy --environment {file} --yes", "starts the API on the target"),
                ($"./build.sh LoadTest --environment {file} --url {api} --yes", "sensors and dashboards at work"),
                ("./build.sh Stage --token", "a moved user's access token, as the last line; lives 10 minutes"),
                ("./build.sh Stage --down", "removes all of it"),
            ]
        );
    }

    private static void Section(IAnsiConsole console, string title, IReadOnlyList<(string Name, string? Value)> lines)
    {
        var grid = new Grid()
            .AddColumn(new GridColumn().NoWrap().PadLeft(2).PadRight(3))
            .AddColumn(new GridColumn().PadRight(0));
        foreach (var (name, value) in lines)
        {
            grid.AddRow(new Text(name), new Text(value ?? "none"));
        }

        console.WriteLine();
        console.WriteLine(title);
        console.Write(grid);
    }
}
