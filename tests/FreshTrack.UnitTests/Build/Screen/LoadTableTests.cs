using FreshTrack.Build.Rehearsals;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Load;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FreshTrack.UnitTests.Build.Screen;

public sealed class LoadTableTests
{
    private static readonly LoadTable Table = new([new LatencyLimit("readings_24h", 150, 300, 0.05m, 2000)]);

    [Fact]
    public void A_run_under_way_shows_what_is_open_and_the_newest_p95_beside_its_limit()
    {
        var shown = Shown(
            Table.Of(
                new LoadProgress(
                    TimeSpan.FromSeconds(12),
                    TimeSpan.FromSeconds(39),
                    [
                        new ScenarioProgress("readings_24h", 1440, 1400, 3, 41.26),
                        new ScenarioProgress("alerts_list", 0, 0, 0, double.NaN),
                    ]
                )
            )
        );

        Assert.Contains("Load, 12 of 39 s", shown);
        Assert.Contains("readings_24h │ 1,440 │ 1,400 │ 3 │ 37 │ 41.3 ms │ < 150 ms", shown);
        Assert.Contains("alerts_list │ 0 │ 0 │ 0 │ 0 │ – │ –", shown);
    }

    [Fact]
    public void A_run_that_is_over_shows_its_figures()
    {
        var latency = new Latency(10, 20, 40.5, 60, 90, 15);
        var result = new LoadResult(
            "open-model",
            DateTimeOffset.UnixEpoch,
            [
                new ScenarioResult("readings_24h", 120, 22, 2640, 2640, 2637, 3)
                {
                    Latency = latency,
                    ServiceTime = latency,
                },
            ]
        );

        Assert.Contains("readings_24h │ 2,640 │ 2,637 │ 3 │ 0 │ 40.5 ms │ < 150 ms", Shown(Table.Of(result)));
    }

    /// <summary>What stands on the screen, without the spaces that line it up.</summary>
    private static string Shown(IRenderable table)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(output),
            }
        );
        console.Profile.Width = 200;
        console.Write(table);
        return string.Join(
            '\n',
            output
                .ToString()
                .Split('\n')
                .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        );
    }
}
