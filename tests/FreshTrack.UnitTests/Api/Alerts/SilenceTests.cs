using FreshTrack.Api.Alerts;
using static FreshTrack.UnitTests.Api.Alerts.WatchedUnits;

namespace FreshTrack.UnitTests.Api.Alerts;

/// <summary>What counts as having heard of a unit.</summary>
public sealed class SilenceTests
{
    [Fact]
    public void Battery_of_a_sensor_whose_probe_is_dead_does_not_count_as_its_temperature()
    {
        var judgement = Judge(Watched(), [Probe(ProbeA, 0, 3m), Battery(5), Battery(10), Battery(15)], 16);

        var raised = Assert.Single(judgement.Raised);
        Assert.Equal((AlertKind.MonitoringInterrupted, At(12), At(0)), (raised.Kind, raised.At, raised.Since));
        Assert.Equal("monitoring_interrupted", judgement.Status);
    }

    [Fact]
    public void Interruption_lasts_until_a_temperature_arrives_and_is_known_in_the_next_look()
    {
        var before = Judge(Watched(), [Probe(ProbeA, 0, 3m), Battery(5)], 6);
        var later = Watched() with { State = before.State };
        Assert.Equal(At(12), before.Due);

        var silent = Judge(later, [Battery(13)], 13);
        Assert.Equal(At(12), Assert.Single(silent.Raised).At);

        var open = Open() with { State = silent.State };
        Assert.Empty(Judge(open, [Battery(14)], 14).Resolved);
        Assert.Equal(At(15), Assert.Single(Judge(open, [Probe(ProbeA, 15, 3m)], 15).Resolved).At);
    }

    [Fact]
    public void Door_sensor_does_not_stand_in_for_a_probe()
    {
        WatchedReading door = new(At(10), DoorOpen: false, Reporter: ProbeB, ArrivedAt: At(10));

        Assert.Equal(
            AlertKind.MonitoringInterrupted,
            Assert.Single(Judge(Watched(), [Probe(ProbeA, 0, 3m), door], 13).Raised).Kind
        );
    }

    [Fact]
    public void Unit_whose_sensors_never_reported_a_temperature_is_heard_of_by_whatever_they_report()
    {
        Assert.Empty(Judge(Watched(), [Battery(0), Battery(10), Battery(20)], 21).Raised);
        Assert.Equal(At(22), Assert.Single(Judge(Watched(), [Battery(0), Battery(10)], 23).Raised).At);
        Assert.Empty(Judge(Watched(), [Probe(Guid.Empty, 0, 3m), Battery(10), Battery(20)], 21).Raised);
    }

    [Fact]
    public void Unit_whose_only_probe_was_deleted_is_heard_of_by_its_other_sensors()
    {
        WatchedReading door = new(At(10), DoorOpen: false, Reporter: ProbeB, ArrivedAt: At(10));
        var before = Judge(Watched(), [Probe(ProbeA, 0, 3m), door], 11);
        var gone = before.State with
        {
            Reporters =
            [
                .. before.State.Reporters.Select(reporter => reporter with { IsGone = reporter.Id == ProbeA }),
            ],
        };

        Assert.Empty(Judge(Watched() with { State = gone }, Array.Empty<WatchedReading>(), 13).Raised);
    }

    [Fact]
    public void Late_temperature_that_is_newer_than_the_last_one_ends_the_interruption()
    {
        var silent = Judge(Watched(), [Probe(ProbeA, 0, 3m), Battery(13)], 13);

        var late = UnitJudge.Judge(
            Open() with
            {
                State = silent.State,
            },
            new UnitLook([Probe(ProbeA, 0, 3m), Probe(ProbeA, 10, 3m, 14), Battery(13)], At(-100_000), At(14), At(10))
        );

        Assert.Equal(At(10), Assert.Single(late.Resolved).At);
        Assert.Equal(At(22), late.Due);
    }

    [Fact]
    public void Replay_of_a_stretch_without_a_probe_s_temperatures_does_not_forget_that_it_reports_them()
    {
        var before = Judge(Watched(), [Probe(ProbeA, 0, 3m), Battery(8), Battery(10)], 10);

        var replayed = UnitJudge.Judge(
            Watched() with
            {
                State = before.State,
            },
            new UnitLook([Battery(8), Battery(9), Battery(10)], At(-100_000), At(11), At(9))
        );

        Assert.Equal(At(12), replayed.Due);
        var next = Judge(Watched() with { State = replayed.State }, Array.Empty<WatchedReading>(), 11);
        Assert.Equal(At(12), next.Due);
    }

    [Fact]
    public void Silence_that_was_resolved_by_hand_is_not_raised_again_by_a_reading_of_before()
    {
        var state = Known with { SeenThrough = At(0), SilentSince = At(60) };

        var judgement = Judge(Watched() with { State = state }, [Probe(ProbeA, 30, 3m, 61)], 61);

        Assert.Empty(judgement.Raised);
        Assert.Equal(At(72), judgement.Due);
    }

    private static WatchedUnit Open() =>
        Watched(new KnownAlert(AlertKind.MonitoringInterrupted, AlertSeverity.Warning, Sensor: null, At: At(12)));

    private static WatchedReading Battery(double minute) =>
        new(At(minute), Battery: 90, Sensor: "A", Reporter: ProbeA, ArrivedAt: At(minute));
}
