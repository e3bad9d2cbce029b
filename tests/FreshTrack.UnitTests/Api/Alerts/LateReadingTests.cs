using CsCheck;
using FreshTrack.Api.Alerts;
using static FreshTrack.UnitTests.Api.Alerts.WatchedUnits;

namespace FreshTrack.UnitTests.Api.Alerts;

/// <summary>Readings that arrive after newer ones were judged.</summary>
public sealed class LateReadingTests
{
    private static readonly decimal[] Temperatures = [3m, 4.5m, 9m, 9m, -1m];

    private readonly Logbook log = new(Watched());

    [Fact]
    public void Excursion_within_a_gap_that_is_filled_later_is_raised_as_late_and_over()
    {
        Arrive(0, (0, 3m));
        Arrive(240, (240, 3m));

        Arrive(250, (60, 9m), (70, 9m), (100, 3m), (120, 3m));

        Assert.Equal([(60.0, 70.0, (double?)100.0)], log.Excursions);
        Assert.True(Excursion().IsLate);
        Assert.Equal("ok", log.Status);
    }

    [Fact]
    public void Excursion_that_began_earlier_than_was_known_is_not_raised_twice()
    {
        Arrive(0, (0, 3m));
        Arrive(60, (60, 9m));
        Arrive(70, (70, 9m));

        Arrive(71, (30, 9m), (40, 9m), (50, 9m));

        Assert.Equal([(30.0, 40.0, (double?)null)], log.Excursions);
        Assert.False(Excursion().IsLate);
    }

    [Fact]
    public void Late_reading_inside_the_limits_takes_back_what_it_disproves()
    {
        Arrive(0, (0, 9m));
        Arrive(10, (10, 9m));
        Assert.Single(log.Excursions);

        Arrive(11, (5, 3m));
        Assert.Empty(log.Excursions);
        Assert.Equal((1, "excursion"), (log.Retracted, log.Status));

        Arrive(20, (20, 9m));
        Assert.Equal([(10.0, 20.0, (double?)null)], log.Excursions);
    }

    [Fact]
    public void Late_reading_that_changes_nothing_raises_nothing_again()
    {
        Arrive(0, (0, 9m));
        Arrive(10, (10, 9m));
        Arrive(20, (20, 3m));

        Arrive(30, (5, 9m), (25, 3m));

        Assert.Equal([(0.0, 10.0, (double?)20.0)], log.Excursions);
        Assert.Single(log.Raised);
    }

    [Fact]
    public void What_was_over_before_the_first_look_is_never_raised()
    {
        var unknown = new Logbook(Watched() with { State = new WatchState() });
        unknown.Arrive([Probe(ProbeA, 100, 3m)], At(100));
        unknown.Arrive([Probe(ProbeA, 10, 9m), Probe(ProbeA, 30, 9m), Probe(ProbeA, 50, 3m)], At(101));
        Assert.Empty(unknown.Raised);

        unknown.Arrive([Probe(ProbeA, 60, 9m), Probe(ProbeA, 80, 9m)], At(102));
        Assert.Empty(unknown.Raised);
    }

    [Fact]
    public void Limits_that_were_changed_since_change_no_alert_of_before()
    {
        var judged = UnitJudge.Judge(
            Watched(
                new KnownAlert(
                    AlertKind.TempExcursion,
                    AlertSeverity.Critical,
                    "A",
                    Guid.CreateVersion7(),
                    At(0),
                    At(10),
                    At(10),
                    At(20),
                    IsOwn: true,
                    Limit: 5
                )
            ) with
            {
                Highest = 20,
                State = Known with { SeenThrough = At(20) },
            },
            new UnitLook(
                [
                    Probe(ProbeA, -6, 3m),
                    Probe(ProbeA, -4, 3m, arrived: 30),
                    Probe(ProbeA, 0, 9m),
                    Probe(ProbeA, 10, 9m),
                    Probe(ProbeA, 20, 3m),
                ],
                At(-100),
                At(30),
                LateFrom: At(-4)
            )
        );
        Assert.Empty(judged.Corrected);
    }

    [Fact]
    public void Clock_that_is_ahead_hides_no_excursion()
    {
        log.Arrive([Probe(ProbeA, 50, 3m)], At(0));
        foreach (var minute in (int[])[1, 12, 24, 36])
        {
            Arrive(minute, (minute, 9m));
        }

        Assert.Equal([(1.0, 12.0, (double?)null)], log.Excursions);
        Assert.Equal("alarm_active", log.Status);
    }

    [Fact]
    public void Gap_of_thousands_of_readings_is_judged_in_parts_as_at_once()
    {
        var parts = new Logbook(Watched()) { MaximumReadings = 100 };
        WatchedReading[] gap =
        [
            .. Enumerable
                .Range(1, 1_000)
                .Select(i => Probe(ProbeA, i, i is (> 80 and < 350) or (> 600 and < 640) ? 9m : 3m)),
        ];
        parts.Arrive([Probe(ProbeA, 0, 3m)], At(0));
        parts.Arrive([Probe(ProbeA, 2_000, 3m)], At(2_000));

        parts.Arrive(gap, At(2_001));

        Assert.Equal([(81.0, 91.0, (double?)350.0), (601.0, 611.0, 640.0)], parts.Excursions);
        Assert.Equal(2, parts.Raised.Count(alert => alert.Kind == AlertKind.TempExcursion));
    }

    [Fact]
    public void Alert_resolved_by_hand_stays_so_when_time_is_judged_again()
    {
        Arrive(0, (0, 9m));
        Arrive(10, (10, 9m));
        log.ResolveByHand(At(12));
        Arrive(15, (15, 9m));

        Arrive(16, (5, 9m));

        Assert.Equal([(0.0, 10.0, (double?)12.0)], log.Excursions);
        Arrive(22, (22, 9m));
        Assert.Equal([(0.0, 10.0, (double?)12.0), (12.0, 22.0, null)], log.Excursions);
    }

    [Fact]
    public void Readings_in_any_order_end_with_the_same_excursions()
    {
        var reading = Gen.Select(Gen.Int[1, 12], Gen.Int[0, 2], Gen.Int[0, 4].Select(i => Temperatures[i]));
        Gen.Select(reading.Array[1, 30], Gen.Int[1, 8])
            .SelectMany((steps, batch) => Gen.Shuffle(Readings(steps)).Select(order => (steps, order, batch)))
            .Sample(
                sample =>
                {
                    var expected = new Logbook(Watched());
                    var ordered = Readings(sample.steps);
                    var end = At(2_000);
                    foreach (var next in ordered)
                    {
                        expected.Arrive([next], end);
                        end = end.AddSeconds(1);
                    }

                    var actual = new Logbook(Watched());
                    foreach (var batch in sample.order.Chunk(sample.batch))
                    {
                        actual.Arrive(batch, end);
                        end = end.AddSeconds(1);
                    }

                    Assert.Equal(expected.Excursions, actual.Excursions);
                    Assert.Equal(expected.Status, actual.Status);
                },
                iter: 5_000
            );
    }

    [Fact]
    public void What_late_readings_disprove_is_taken_back_also_when_they_are_judged_in_parts()
    {
        var parts = new Logbook(Watched()) { MaximumReadings = 100 };
        parts.Arrive(
            [.. Enumerable.Range(0, 100).Select(i => Probe(ProbeA, i * 10, i is 50 or 51 or 52 ? 9m : 3m))],
            At(990)
        );
        Assert.Equal([(500.0, 510.0, (double?)530.0)], parts.Excursions);

        parts.Arrive(
            [.. Enumerable.Range(0, 990).Where(i => i % 10 != 0).Select(i => Probe(ProbeA, i, 3m))],
            At(1_000)
        );

        Assert.Empty(parts.Excursions);
    }

    private static WatchedReading[] Readings((int Step, int Reporter, decimal Temperature)[] steps)
    {
        var minute = 0;
        return
        [
            .. steps.Select(step =>
                Probe(
                    step.Reporter switch
                    {
                        0 => ProbeA,
                        1 => ProbeB,
                        _ => Guid.Empty,
                    },
                    minute += step.Step,
                    step.Temperature
                )
            ),
        ];
    }

    private RaisedAlert Excursion() => Assert.Single(log.Raised, alert => alert.Kind == AlertKind.TempExcursion);

    private void Arrive(double now, params (int Minute, decimal Temperature)[] readings) =>
        log.Arrive(readings.Select(reading => Probe(ProbeA, reading.Minute, reading.Temperature)), At(now));
}
