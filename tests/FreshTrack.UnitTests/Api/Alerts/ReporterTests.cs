using FreshTrack.Api.Alerts;
using static FreshTrack.UnitTests.Api.Alerts.WatchedUnits;

namespace FreshTrack.UnitTests.Api.Alerts;

/// <summary>Several reporters of one unit.</summary>
public sealed class ReporterTests
{
    [Fact]
    public void Warm_probe_is_confirmed_while_another_one_is_cold()
    {
        var judgement = Judge(
            Watched(),
            [
                Probe(ProbeA, 0, 9m),
                Probe(ProbeB, 5, 3m),
                Probe(ProbeA, 10, 9m),
                Probe(ProbeB, 15, 3m),
                Probe(ProbeA, 20, 9m),
            ]
        );

        var raised = Assert.Single(judgement.Raised);
        Assert.Equal((At(0), At(10), null, "A"), (raised.Since, raised.At, raised.ResolvedAt, raised.Sensor));
        Assert.Equal("alarm_active", judgement.Status);
    }

    [Fact]
    public void Excursion_lasts_until_every_probe_that_was_outside_has_recovered()
    {
        var judgement = Judge(
            Watched(),
            [
                Probe(ProbeA, 0, 9m),
                Probe(ProbeB, 2, 9m),
                Probe(ProbeA, 10, 9m),
                Probe(ProbeB, 12, 9m),
                Probe(ProbeA, 20, 3m),
                Probe(ProbeB, 22, 9m),
                Probe(ProbeA, 25, 3m),
                Probe(ProbeB, 30, 3m),
            ]
        );

        var raised = Assert.Single(judgement.Raised);
        Assert.Equal((At(0), At(10), At(30)), (raised.Since, raised.At, raised.ResolvedAt!.Value));
    }

    [Fact]
    public void What_is_written_down_by_hand_neither_ends_nor_restarts_a_sensor_s_excursion()
    {
        var confirmed = Judge(Watched(), [Probe(ProbeA, 0, 9m), Probe(Guid.Empty, 5, 3m), Probe(ProbeA, 10, 9m)]);
        Assert.Single(confirmed.Raised);

        var afterwards = Judge(
            Watched(Written(confirmed.Raised[0])) with
            {
                State = confirmed.State,
            },
            [Probe(Guid.Empty, 11, 3m), Probe(Guid.Empty, 300, 3m)]
        );
        Assert.DoesNotContain(afterwards.Resolved, alert => alert.Kind == AlertKind.TempExcursion);
    }

    [Fact]
    public void Probe_that_is_silent_for_long_keeps_no_alert_open_while_another_one_reports_well()
    {
        var judgement = Judge(
            Watched(),
            [
                Probe(ProbeA, 0, 9m),
                Probe(ProbeA, 10, 9m),
                .. Enumerable.Range(2, 10).Select(i => Probe(ProbeB, i * 10, 3m)),
            ]
        );

        // Four times the 12 minutes are less than an hour.
        Assert.Equal(At(80), Assert.Single(judgement.Raised).ResolvedAt);
    }

    [Fact]
    public void Probe_that_was_taken_away_keeps_no_alert_open()
    {
        var before = Judge(Watched(), [Probe(ProbeA, 0, 9m), Probe(ProbeA, 10, 9m)]);
        var state = before.State with
        {
            Reporters = [.. before.State.Reporters.Select(reporter => reporter with { IsGone = true })],
        };

        var judgement = Judge(
            Watched(Written(before.Raised[0])) with
            {
                State = state,
            },
            Array.Empty<WatchedReading>(),
            11
        );

        Assert.Equal([new ResolvedAlert(AlertKind.TempExcursion, At(11))], judgement.Resolved);
        Assert.Empty(judgement.State.Reporters);
    }

    [Fact]
    public void Door_of_the_unit_is_open_while_any_of_its_doors_is()
    {
        var judgement = Judge(Watched(), [Door(ProbeA, 0, true), Door(ProbeB, 1, false), Door(ProbeB, 4, false)]);
        Assert.Equal(AlertKind.DoorOpen, Assert.Single(judgement.Raised).Kind);

        var closed = Judge(
            Watched(new KnownAlert(AlertKind.DoorOpen, AlertSeverity.Warning, null)) with
            {
                State = judgement.State,
            },
            [Door(ProbeA, 5, false)]
        );
        Assert.Equal([new ResolvedAlert(AlertKind.DoorOpen, At(5))], closed.Resolved);
    }

    private static WatchedReading Door(Guid probe, double minute, bool isOpen) =>
        Probe(probe, minute, 3m) with
        {
            Temperature = null,
            DoorOpen = isOpen,
        };

    private static KnownAlert Written(RaisedAlert alert) =>
        new(alert.Kind, alert.Severity, alert.Sensor, Since: alert.Since, At: alert.At, IsOwn: true);
}
