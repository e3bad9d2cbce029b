using System.Text.Json;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Migration;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover;

public sealed class ForecastTests
{
    private static readonly Timeline Rehearsed = new(
        default,
        [
            Took(1, (CutoverRunbook.Freeze, 20), (CutoverRunbook.ProveFreeze, 10)),
            Took(2, (CutoverRunbook.Export, 60)),
            Took(3, (CutoverRunbook.Import, 300), (CutoverRunbook.Verify, 100)),
        ]
    );

    [Fact]
    public void Steps_that_touch_every_row_grow_with_the_rows_and_others_do_not()
    {
        var forecast = Forecast.Of(CutoverRunbook.Night, Rehearsed, rehearsedRows: 1_000, rows: 4_000);

        Assert.Equal([30, 240, 1600, 0, 0, 0], forecast.Phases.Select(phase => phase.Seconds));
        Assert.Equal(1870, forecast.Seconds);
    }

    [Fact]
    public void The_export_goes_by_what_the_final_check_measured()
    {
        var rates = new ExportRates("check", 2_000, 1, 1, 8);

        var forecast = Forecast.Of(CutoverRunbook.Night, Rehearsed, rehearsedRows: 1_000, rows: 4_000, rates);

        Assert.Equal(16, forecast.Phases[1].Seconds);
    }

    [Fact]
    public void A_step_that_the_rehearsal_ran_twice_counts_as_it_went_last()
    {
        var twice = Rehearsed with { Phases = [.. Rehearsed.Phases, Took(7, (CutoverRunbook.Freeze, 5))] };

        Assert.Equal(15, Forecast.Of(CutoverRunbook.Night, twice, 1, 1).Phases[0].Seconds);
    }

    [Fact]
    public void A_phase_that_fits_keeps_the_planned_windows()
    {
        var planned = CutoverRunbook.Night;

        var replanned = Of((1, 14 * 60), (2, 30 * 60)).Replan(planned);

        Assert.Equal(Windows(planned), Windows(replanned));
        Assert.Equal(planned.Steps.Select(step => step.Due), replanned.Steps.Select(step => step.Due));
    }

    [Fact]
    public void A_longer_phase_gets_whole_five_minutes_and_later_phases_move_with_it()
    {
        var replanned = Of((3, (52 * 60) + 1)).Replan(CutoverRunbook.Night);

        Assert.Equal(["0-15", "15-45", "45-100", "100-130", "130-145", "145-160"], Windows(replanned));
        var before = CutoverRunbook.Night.Steps.Single(step => step.Id == CutoverRunbook.Deploy).Due;
        var after = replanned.Steps.Single(step => step.Id == CutoverRunbook.Deploy).Due;
        Assert.Equal(TimeSpan.FromMinutes(10), after - before);
        Assert.All(
            replanned.Phases.SelectMany(phase => phase.Steps, (phase, step) => (phase, step.Due)),
            pair =>
                Assert.True(pair.Due is null || pair.Due > pair.phase.PlannedStart && pair.Due <= pair.phase.PlannedEnd)
        );
    }

    [Fact]
    public void What_is_before_T_0_stays_where_it_is()
    {
        var replanned = Of((0, 3 * 60 * 60), (1, 16 * 60)).Replan(CutoverRunbook.Whole);

        Assert.Equal(["-15-0", "0-20", "20-50"], Windows(replanned).Take(3));
    }

    [Fact]
    public void What_is_left_is_the_time_of_the_steps_that_have_not_passed()
    {
        var forecast = Forecast.Of(CutoverRunbook.Night, Rehearsed, 1, 1);

        Assert.Equal(490, forecast.LeftAfter([]));
        Assert.Equal(470, forecast.LeftAfter([Entry(JournalEvent.StepEnded, CutoverRunbook.Freeze, "Pass")]));
        Assert.Equal(490, forecast.LeftAfter([Entry(JournalEvent.StepEnded, CutoverRunbook.Freeze, "Fail")]));
        Assert.Equal(
            490,
            forecast.LeftAfter([
                Entry(JournalEvent.StepEnded, CutoverRunbook.Freeze, "Pass"),
                Entry(JournalEvent.StepStarted, CutoverRunbook.Freeze),
            ])
        );
        Assert.Equal(390, forecast.LeftAfter([Entry(JournalEvent.StepSkipped, CutoverRunbook.Verify)]));
    }

    [Fact]
    public void A_resumed_run_finds_the_forecast_that_it_began_with()
    {
        var forecast = Forecast.Of(CutoverRunbook.Night, Rehearsed, 1, 3);
        var entry = Entry(JournalEvent.Forecast, "run") with
        {
            Output = JsonSerializer.SerializeToNode(forecast, EvidenceJson.Line),
        };

        var found = Forecast.Find([Entry(JournalEvent.RunStarted, "run"), entry])!;

        Assert.Equal(forecast.Phases.Select(phase => phase.Seconds), found.Phases.Select(phase => phase.Seconds));
        Assert.Null(Forecast.Find([Entry(JournalEvent.RunStarted, "run")]));
    }

    private static Forecast Of(params (int Phase, double Seconds)[] phases) =>
        new([.. phases.Select(phase => new PhaseForecast(phase.Phase, [new StepForecast("x", phase.Seconds)]))]);

    private static IEnumerable<string> Windows(Runbook runbook) =>
        runbook.Phases.Select(phase => $"{phase.PlannedStart.TotalMinutes}-{phase.PlannedEnd.TotalMinutes}");

    private static PhaseTiming Took(int number, params (string Id, double Seconds)[] steps) =>
        new(
            number,
            "",
            0,
            0,
            0,
            0,
            [.. steps.Select(step => new StepTiming(step.Id, "", 100, 100 + step.Seconds, Verdict.Pass, ""))]
        );

    private static JournalEntry Entry(JournalEvent what, string subject, string? outcome = null) =>
        new(1, "", default, what, subject, outcome);
}
