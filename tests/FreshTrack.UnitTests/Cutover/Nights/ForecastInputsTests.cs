using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Plan;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Cutover;

public sealed class ForecastInputsTests : IDisposable
{
    private const string Older = "20260113T000000.000Z-rehearsal";
    private const string Newest = "20260114T000000.000Z-rehearsal";
    private const string Check = "20260115T000000.000Z-final-check";
    private const string Cutover = "20260116T000000.000Z-cutover";

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;
    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public async Task The_newest_sealed_rehearsal_and_the_rows_of_the_final_check_count()
    {
        await RehearsalAsync(Older, seconds: 10, isSealed: true);
        await RehearsalAsync(Newest, seconds: 99, isSealed: false);

        Assert.Equal(20, (await ReadAsync())!.Seconds);

        await RehearsalAsync("20260114T010000.000Z-rehearsal", seconds: 30, isSealed: true);

        Assert.Equal(60, (await ReadAsync())!.Seconds);
        Assert.Equal(20, (await ReadAsync(Path.Combine(runs, Older)))!.Seconds);
    }

    [Fact]
    public async Task Without_a_rehearsal_there_is_no_forecast() => Assert.Null(await ReadAsync());

    [Fact]
    public async Task A_run_that_continues_keeps_the_forecast_that_it_began_with()
    {
        await RehearsalAsync(Older, seconds: 10, isSealed: true);
        using (var evidence = EvidenceFolder.Open(runs, Cutover))
        {
            await using var journal = JournalFile.Create(evidence.PathOf(JournalFile.FileName), clock);
            await journal.AppendAsync(
                JournalEvent.Forecast,
                Cutover,
                output: new Forecast([new PhaseForecast(1, [new StepForecast("x", 7)])])
            );
        }

        Assert.Equal(7, (await ReadAsync())!.Seconds);
    }

    [Fact]
    public async Task Status_shows_what_is_left_until_the_run_is_over()
    {
        using (var evidence = EvidenceFolder.Open(runs, Cutover))
        {
            await evidence.WriteJsonAsync("runbook", PlannedRunbook.Of(CutoverRunbook.Night), Token);
            await using var journal = JournalFile.Create(evidence.PathOf(JournalFile.FileName), clock);
            await journal.AppendAsync(
                JournalEvent.Forecast,
                Cutover,
                output: new Forecast([
                    new PhaseForecast(
                        1,
                        [new StepForecast(CutoverRunbook.Freeze, 7), new StepForecast(CutoverRunbook.ProveFreeze, 5)]
                    ),
                ])
            );
            await journal.AppendAsync(JournalEvent.StepEnded, CutoverRunbook.Freeze, "Pass");
        }

        var run = new RunInputs(Given.Plan("source: units"), "", new SourceTree("c", Clean: true)).Describe(
            "cutover",
            Cutover,
            "test",
            clock.GetUtcNow()
        );
        var folder = new RunFolder(Path.Combine(runs, Cutover), run, IsSealed: false);

        var going = await NightStatus.ReadAsync(folder, worker: "a process of this machine", Token);
        var over = await NightStatus.ReadAsync(folder with { IsSealed = true }, worker: null, Token);

        Assert.Equal(TimeSpan.FromSeconds(5), going.Left);
        Assert.Null(over.Left);
    }

    private async Task RehearsalAsync(string id, double seconds, bool isSealed)
    {
        using var evidence = EvidenceFolder.Open(runs, id);
        var step = new StepTiming(CutoverRunbook.Import, "", 100, 100 + seconds, Verdict.Pass, "");
        await evidence.WriteJsonAsync(
            "timeline",
            new Timeline(clock.GetUtcNow(), [new PhaseTiming(3, "", 0, 0, 0, 0, [step])]),
            Token
        );
        await evidence.WriteJsonAsync("move", new MoveSummary(id, 1_000, 0, 0, 0, 0, 0, 0, 0, 0), Token);
        if (isSealed)
        {
            await Seal.WriteAsync(evidence.Path, Token);
        }
    }

    private async Task<Forecast?> ReadAsync(string? rehearsal = null)
    {
        using (var check = EvidenceFolder.Open(runs, Check))
        {
            await check.WriteJsonAsync("rates", new ExportRates(Check, 2_000, 1, 1, 0), Token);
        }

        using var evidence = EvidenceFolder.Open(runs, Cutover);
        var run = new RunContext(
            new CutoverEnvironment("test", EnvironmentKind.Stage),
            Given.Plan("source: units"),
            evidence,
            clock
        )
        {
            FinalCheck = Path.Combine(runs, Check),
        };
        return await ForecastInputs.ReadAsync(run, CutoverRunbook.Night, runs, rehearsal, Token);
    }
}
