using CsCheck;
using FreshTrack.Api.Alerts;

namespace FreshTrack.UnitTests.Api.Alerts;

public sealed class UnitJudgeTests
{
    private static readonly DateTime Start = new(2026, 1, 15, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Excursion_is_raised_by_the_first_reading_after_the_delay()
    {
        var judgement = Judge(Watched(), [(0, 4m), (5, 6m), (14, 7m), (15, 8m), (20, 9m)]);

        var raised = Assert.Single(judgement.Raised);
        Assert.Equal(
            (AlertKind.TempExcursion, AlertSeverity.Critical, At(15), At(5), 8m, 5m),
            (raised.Kind, raised.Severity, raised.At, raised.Since, raised.Temperature!.Value, raised.Limit!.Value)
        );
        Assert.Equal("alarm_active", judgement.Status);
    }

    [Fact]
    public void One_reading_inside_the_limits_starts_the_delay_anew()
    {
        Assert.Empty(Judge(Watched(), [(0, 6m), (8, 5m), (9, 6m), (18, 6m)]).Raised);
    }

    [Fact]
    public void Delay_is_longer_while_the_door_is_open()
    {
        var open = Watched() with { State = Known with { DoorAt = At(-1), DoorOpenSince = At(-1) } };

        Assert.DoesNotContain(Judge(open, [(0, 6m), (19, 6m)]).Raised, alert => alert.Kind == AlertKind.TempExcursion);
        Assert.Contains(Judge(open, [(0, 6m), (20, 6m)]).Raised, alert => alert.Kind == AlertKind.TempExcursion);
    }

    [Theory]
    [InlineData("-0.01", "0.00")]
    [InlineData("5.01", "5.00")]
    public void Either_limit_can_be_broken(string temperature, string limit)
    {
        var outside = decimal.Parse(temperature);

        var raised = Assert.Single(Judge(Watched(), [(0, outside), (10, outside)]).Raised);

        Assert.Equal(decimal.Parse(limit), raised.Limit);
    }

    [Fact]
    public void Recovery_is_a_reading_inside_the_limits_by_the_hysteresis()
    {
        var alarmed = Watched(new OpenAlert(AlertKind.TempExcursion, AlertSeverity.Critical, null));

        Assert.Empty(Judge(alarmed, [(0, 4.01m)]).Resolved);
        Assert.Equal([new ResolvedAlert(AlertKind.TempExcursion, At(0))], Judge(alarmed, [(0, 4m)]).Resolved);
    }

    [Fact]
    public void Limits_closer_than_twice_the_hysteresis_can_still_be_recovered_to()
    {
        var narrow = Watched(new OpenAlert(AlertKind.TempExcursion, AlertSeverity.Critical, null)) with { Lowest = 4m };

        Assert.Single(Judge(narrow, [(0, 4.5m)]).Resolved);
    }

    [Fact]
    public void Excursion_that_began_and_ended_unseen_is_raised_as_resolved()
    {
        var raised = Assert.Single(Judge(Watched(), [(0, 9m), (10, 9m), (20, 3m)]).Raised);

        Assert.Equal(At(20), raised.ResolvedAt);
    }

    [Fact]
    public void First_look_raises_only_what_still_holds()
    {
        var unknown = Watched() with { State = new WatchState() };

        Assert.Empty(Judge(unknown, [(0, 9m), (10, 9m), (20, 3m)]).Raised);
        Assert.Null(Assert.Single(Judge(unknown, [(0, 9m), (10, 9m), (20, 3m), (30, 9m), (40, 9m)]).Raised).ResolvedAt);
    }

    [Fact]
    public void Reading_that_is_not_newer_of_its_kind_changes_nothing()
    {
        var known = Watched() with { State = Known with { SeenThrough = At(10), TemperatureAt = At(5) } };

        var judgement = Judge(known, [(4, 9m), (5, 9m), (7, 9m)]);

        Assert.Equal(
            (At(7), At(7), At(10)),
            (judgement.State.TemperatureAt, judgement.State.OutsideSince, judgement.State.SeenThrough)
        );
    }

    [Fact]
    public void Low_battery_is_resolved_by_the_sensor_that_reported_it()
    {
        var low = Judge(
            Watched(),
            [
                new WatchedReading(At(0), Battery: 20, Sensor: "A"),
                new WatchedReading(At(1), Battery: 100, Sensor: "B"),
                new WatchedReading(At(2), Battery: 25, Sensor: "A"),
            ]
        );
        Assert.Null(Assert.Single(low.Raised).ResolvedAt);

        var open = Watched(new OpenAlert(AlertKind.LowBattery, AlertSeverity.Warning, "A"));
        Assert.Empty(Judge(open, [new WatchedReading(At(0), Battery: 100, Sensor: "B")]).Resolved);
        Assert.Single(Judge(open, [new WatchedReading(At(0), Battery: 30, Sensor: "A")]).Resolved);
    }

    [Theory]
    [InlineData(2, "", 3)]
    [InlineData(3, "warning", 10)]
    [InlineData(10, "critical", 12)]
    public void Open_door_warns_and_becomes_critical_as_time_passes(int minute, string severity, int due)
    {
        var judgement = Judge(Watched(), [new WatchedReading(At(0), DoorOpen: true)], minute);

        Assert.Equal(severity, judgement.Raised.SingleOrDefault()?.Severity.Label() ?? "");
        // The next moment at which time alone says something: once the door is critical, that is the sensor's silence.
        Assert.Equal(At(due), judgement.Due);
    }

    [Fact]
    public void Door_alert_that_is_open_already_is_worsened_and_not_raised()
    {
        var warned = Watched(new OpenAlert(AlertKind.DoorOpen, AlertSeverity.Warning, null)) with
        {
            State = Known with { DoorAt = At(0), DoorOpenSince = At(0), SeenThrough = At(9) },
        };

        var judgement = Judge(warned, Array.Empty<WatchedReading>(), 10);

        Assert.Equal([AlertKind.DoorOpen], judgement.Worsened);
        Assert.Empty(judgement.Raised);
    }

    [Fact]
    public void Silence_counts_from_the_last_reading_but_not_from_before_anybody_listened()
    {
        Assert.Empty(Judge(Watched(), [(0, 3m)], 11).Raised);
        var raised = Assert.Single(Judge(Watched(), [(0, 3m)], 12).Raised);
        Assert.Equal((AlertKind.MonitoringInterrupted, At(12)), (raised.Kind, raised.At));
        Assert.Empty(UnitJudge.Judge(Watched(), [new WatchedReading(At(0), 3m)], listeningSince: At(5), At(16)).Raised);
    }

    [Fact]
    public void Unit_that_has_never_reported_is_not_interrupted()
    {
        var judgement = Judge(Watched() with { State = new WatchState() }, Array.Empty<WatchedReading>(), 10_000);

        Assert.Equal((0, null, null), (judgement.Raised.Count, judgement.Status, judgement.Due));
    }

    [Fact]
    public void Readings_judged_in_parts_come_to_what_they_come_to_at_once()
    {
        var reading = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 10], Gen.Int[0, 8], Gen.Int[0, 4]);
        Gen.Select(reading.List[1, 40], Gen.Int[0, 40])
            .Sample(
                (steps, cut) =>
                {
                    var minute = 0;
                    var readings = steps
                        .Select(step => new WatchedReading(
                            At(minute += step.Item1 + 1),
                            step.Item2 > 8 ? null : step.Item2,
                            step.Item3 > 1 ? null : step.Item3 == 1,
                            step.Item4 > 2 ? null : (step.Item4 * 40) + 5,
                            "A"
                        ))
                        .ToArray();
                    var at = Math.Min(cut, readings.Length);

                    var whole = Judge(Watched(), readings, minute);
                    var first = Judge(
                        Watched(),
                        readings[..at],
                        at == 0 ? 0 : (int)(readings[at - 1].At - Start).TotalMinutes
                    );
                    var open = first
                        .Raised.Where(alert => alert.ResolvedAt is null)
                        .Select(alert => new OpenAlert(alert.Kind, alert.Severity, alert.Sensor))
                        .ToArray();
                    var second = Judge(Watched(open) with { State = first.State }, readings[at..], minute);

                    Assert.Equal(whole.State, second.State);
                    Assert.Equal(whole.Status, second.Status);
                    Assert.Equal(whole.Due, second.Due);
                    Assert.Equal(whole.Raised.Count, first.Raised.Count + second.Raised.Count);
                    Assert.Equal(
                        whole.Raised.Count(alert => alert.ResolvedAt is not null),
                        first.Raised.Concat(second.Raised).Count(alert => alert.ResolvedAt is not null)
                            + second.Resolved.Count
                    );
                },
                iter: 2_000
            );
    }

    private static WatchState Known { get; } = new() { SeenThrough = At(-5), TemperatureAt = At(-5) };

    /// <summary>0 to 5 °C with 1 °C of hysteresis; 10 and 20 minutes
    /// to confirm, 3 and 10 for the door, 12 for silence.</summary>
    private static WatchedUnit Watched(params OpenAlert[] open) =>
        new()
        {
            Id = Guid.Empty,
            Name = "Walk-in",
            Area = Guid.Empty,
            Site = Guid.Empty,
            Organization = Guid.Empty,
            Lowest = 0,
            Highest = 5,
            Hysteresis = 1,
            State = Known,
            Open = open,
            Rules = new WatchRules
            {
                SilenceAfter = TimeSpan.FromMinutes(12),
                DoorWarningAfter = TimeSpan.FromMinutes(3),
                DoorCriticalAfter = TimeSpan.FromMinutes(10),
                ConfirmDoorClosed = TimeSpan.FromMinutes(10),
                ConfirmDoorOpen = TimeSpan.FromMinutes(20),
            },
        };

    private static DateTime At(int minute) => Start.AddMinutes(minute);

    private static Judgement Judge(WatchedUnit unit, (int Minute, decimal Temperature)[] readings, int? now = null) =>
        Judge(
            unit,
            readings.Select(r => new WatchedReading(At(r.Minute), r.Temperature)).ToArray(),
            now ?? readings[^1].Minute
        );

    private static Judgement Judge(WatchedUnit unit, WatchedReading[] readings, int? now = null) =>
        UnitJudge.Judge(unit, readings, listeningSince: At(-1000), now is { } minute ? At(minute) : readings[^1].At);
}
