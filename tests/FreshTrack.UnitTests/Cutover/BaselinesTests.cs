using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.UnitTests.Gating;

namespace FreshTrack.UnitTests.Cutover;

/// <summary>Which earlier runs a run is compared with.</summary>
public sealed class BaselinesTests : IDisposable
{
    private static readonly Policy Policy = GoodRun.Limits with
    {
        Integrity = [],
        Latency = [.. GoodRun.Limits.Latency.Where(limit => limit.Scenario == "readings_24h")],
    };

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public async Task A_passing_run_of_the_same_scale_and_machine_is_one()
    {
        var folder = await JudgedAsync();

        Assert.Equal([Path.GetFileName(folder)], await CollectAsync());
    }

    [Theory]
    [InlineData("run.json", "\"scale\": null", "\"scale\": \"smoke\"")]
    [InlineData("run.json", "\"machine\": \"2 cores\"", "\"machine\": \"4 cores\"")]
    [InlineData("run.json", "\"inject\": null", "\"inject\": \"slow-api\"")]
    [InlineData("timeline.json", "\"Pass\"", "\"Fail\"")]
    [InlineData("run.json", "\"endedAt\": \"2026-01-15", "\"endedAt\": \"2026-01-18")]
    [InlineData("load.json", "\"stopped\": null", "\"stopped\": \"too slow\"")]
    public async Task Another_scale_machine_time_or_verdict_is_none(string name, string right, string wrong)
    {
        await JudgedAsync(path => StoredRun.Replace(Path.Combine(path, name), right, wrong));

        Assert.Empty(await CollectAsync());
    }

    [Theory]
    [InlineData("load.json", "\"p95\": 40", "\"p95\": 45")]
    [InlineData("SHA256SUMS", "load.json", "Load.json")]
    public async Task A_run_that_was_changed_after_it_was_judged_is_none(string name, string right, string wrong)
    {
        var folder = await JudgedAsync();
        StoredRun.Replace(Path.Combine(folder, name), right, wrong);

        Assert.Empty(await CollectAsync());
    }

    [Fact]
    public async Task A_verdict_that_was_edited_to_Pass_makes_no_baseline()
    {
        var folder = await JudgedAsync(path =>
            StoredRun.Replace(Path.Combine(path, "timeline.json"), "\"Pass\"", "\"Fail\"")
        );
        StoredRun.Replace(Path.Combine(folder, "gate.json"), "\"verdict\": \"Fail\"", "\"verdict\": \"Pass\"");

        Assert.Empty(await CollectAsync());
    }

    [Fact]
    public async Task A_run_of_an_older_format_is_none()
    {
        await StoredRun.CreateAsync(
            runs,
            path => StoredRun.Replace(Path.Combine(path, "run.json"), "\"format\": 4,", "")
        );

        Assert.Empty(await CollectAsync());
    }

    [Fact]
    public async Task A_copy_of_a_run_is_not_another_run()
    {
        var folder = await JudgedAsync();
        var copy = Directory
            .CreateDirectory(Path.Combine(runs, "20260116T020000.000Z-rehearsal", "logs"))
            .Parent!.FullName;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            File.Copy(path, Path.Combine(copy, Path.GetRelativePath(folder, path)));
        }

        Assert.Equal([Path.GetFileName(folder)], await CollectAsync());
    }

    private async Task<string> JudgedAsync(Action<string>? spoil = null)
    {
        var folder = await StoredRun.CreateAsync(runs, spoil);
        await StoredRun.JudgeAsync(folder, Policy);
        return folder;
    }

    /// <summary>Names of the runs that the next run of the good kind is compared with.</summary>
    private async Task<IEnumerable<string>> CollectAsync()
    {
        var next = new RunDescription("20260117T020000.000Z-rehearsal", "rehearsal", StoredRun.Start.AddDays(2))
        {
            Commit = "c0ffee",
            CleanTree = true,
            PlanHash = "0",
            Environment = "stage",
            Machine = "2 cores",
        };
        return (await Baselines.CollectAsync(runs, next, Policy, TestContext.Current.CancellationToken)).Runs.Select(
            run => run.RunId
        );
    }
}
