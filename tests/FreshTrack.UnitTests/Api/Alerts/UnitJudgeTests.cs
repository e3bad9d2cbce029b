using CsCheck;
using FreshTrack.Api.Alerts;
using static FreshTrack.UnitTests.Api.Alerts.WatchedUnits;

namespace FreshTrack.UnitTests.Api.Alerts;

public sealed class UnitJudgeTests
{
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
    public void One_reading_inside_the_limits_restarts_the_delay()
    {
        Assert.Empty(Judge(Watched(), [(0, 6m), (8, 5m), (9, 6m), (18, 6m)]).Raised);
    }

    [Fact]
    public void Delay_is_longer_while_the_door_is_open()
    {
        var open = Watched() with
        {
            State = Known with { Reporters = [new ReporterState(ProbeB) { DoorAt = At(-1), DoorOpenSince = At(-1) }] },
        };

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
        var alarmed = Watched(new KnownAlert(AlertKind.TempExcursion, AlertSeverity.Critical, null));

        Assert.Empty(Judge(alarmed, [(0, 4.01m)]).Resolved);
        Assert.Equal([new ResolvedAlert(AlertKind.TempExcursion, At(0))], Judge(alarmed, [(0, 4m)]).Resolved);
    }

    [Fact]
    public void Limits_closer_than_twice_the_hysteresis_can_still_be_recovered_to()
    {
        var narrow = Watched(new KnownAlert(AlertKind.TempExcursion, AlertSeverity.Critical, null)) with
        {
            Lowest = 4m,
        };

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
    public void Low_battery_is_resolved_by_the_sensor_that_reported_it()
    {
        var low = Judge(
            Watched(),
            [Battery(0, ProbeA, percent: 10), Battery(1, ProbeB, percent: 100), Battery(2, ProbeA, percent: 20)]
        );
        Assert.Null(Assert.Single(low.Raised).ResolvedAt);

        var open = Watched(new KnownAlert(AlertKind.LowBattery, AlertSeverity.Warning, "A"));
        Assert.Empty(Judge(open, [Battery(0, ProbeB, percent: 100)]).Resolved);
        Assert.Single(Judge(open, [Battery(0, ProbeA, percent: 21)]).Resolved);
    }

    [Theory]
    [InlineData(11, 3.0, false)]
    [InlineData(10, 3.0, true)]
    [InlineData(1, null, true)]
    // Zero percent is what sensors say that do not know.
    [InlineData(0, null, false)]
    [InlineData(0, 2.0, true)]
    [InlineData(null, 2.49, true)]
    [InlineData(null, 2.5, false)]
    [InlineData(null, 0.0, false)]
    public void Battery_is_low_by_percent_or_by_voltage(int? percent, double? voltage, bool isLow)
    {
        var judgement = Judge(Watched(), [Battery(0, ProbeA, percent, (decimal?)voltage)]);

        Assert.Equal(isLow, judgement.Raised.Count == 1);
    }

    [Fact]
    public void Battery_known_by_its_voltage_alone_is_good_again_at_a_higher_one()
    {
        var open = Watched(new KnownAlert(AlertKind.LowBattery, AlertSeverity.Warning, "A"));

        Assert.Empty(Judge(open, [Battery(0, ProbeA, voltage: 2.69m)]).Resolved);
        Assert.Single(Judge(open, [Battery(0, ProbeA, voltage: 2.7m)]).Resolved);
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
        var warned = Watched(new KnownAlert(AlertKind.DoorOpen, AlertSeverity.Warning, null)) with
        {
            State = Known with
            {
                SeenThrough = At(9),
                Reporters = [new ReporterState(ProbeB) { DoorAt = At(0), DoorOpenSince = At(0) }],
            },
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
        Assert.Empty(
            UnitJudge.Judge(Watched(), new UnitLook([Probe(ProbeA, 0, 3m)], ListeningSince: At(5), At(16))).Raised
        );
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
                            "A",
                            ProbeA
                        ))
                        .ToArray();
                    var at = Math.Min(cut, readings.Length);

                    var whole = Judge(Watched(), readings, minute);
                    var first = Judge(Watched(), readings[..at], at == 0 ? 0 : Minute(readings[at - 1].At));
                    var open = first
                        .Raised.Where(alert => alert.ResolvedAt is null)
                        .Select(alert => new KnownAlert(
                            alert.Kind,
                            alert.Severity,
                            alert.Sensor,
                            Since: alert.Since,
                            At: alert.At,
                            IsOwn: true
                        ))
                        .ToArray();
                    var second = Judge(Watched(open) with { State = first.State }, readings[at..], minute);

                    Assert.Equal(whole.State with { Reporters = [] }, second.State with { Reporters = [] });
                    Assert.Equal(whole.State.Reporters, second.State.Reporters);
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

    private static WatchedReading Battery(double minute, Guid probe, int? percent = null, decimal? voltage = null) =>
        Probe(probe, minute, 3m) with
        {
            Temperature = null,
            Battery = percent,
            Voltage = voltage,
        };
}
