namespace FreshTrack.Api.Alerts;

/// <summary>Whether a unit is heard of at all. Once a sensor of it has reported temperatures, only temperatures count: a
/// battery or a door that still reports says nothing about what hangs in the cold.</summary>
internal sealed class SilenceJudge(WatchedUnit unit, AlertLedger alerts, DateTime listeningSince)
{
    private readonly Dictionary<Guid, DateTime> probes = unit
        .State.Reporters.Where(reporter =>
            reporter is { TemperatureAt: not null, IsGone: false } && reporter.Id != Guid.Empty
        )
        .ToDictionary(reporter => reporter.Id, reporter => reporter.TemperatureAt!.Value);

    // What was written down by hand counts where sensors are expected to report, and makes nobody expect it.
    private DateTime? byHand = unit
        .State.Reporters.FirstOrDefault(reporter => reporter.Id == Guid.Empty)
        ?.TemperatureAt;

    /// <summary>The newest reading so far, whatever it tells; null for a unit that has never reported.</summary>
    public DateTime? Newest { get; private set; } = unit.State.Newest;

    /// <summary>A silence that somebody resolved by hand counts from then on.</summary>
    public DateTime? SilentSince { get; private set; } = unit.State.SilentSince;

    private DateTime? Heard =>
        probes.Count == 0 ? Newest
        : byHand > probes.Values.Max() ? byHand
        : probes.Values.Max();

    private DateTime? From => Heard is { } heard ? new[] { heard, SilentSince ?? heard, listeningSince }.Max() : null;

    public void See(WatchedReading reading)
    {
        var heard = Heard;
        if (Newest is null || reading.At > Newest)
        {
            Pass(reading.At);
            Newest = reading.At;
        }

        if (reading is { Temperature: not null, Reporter: var reporter })
        {
            if (reporter == Guid.Empty)
            {
                byHand = Later(byHand, reading.At);
            }
            else if (!reading.IsGone)
            {
                probes[reporter] = Later(probes.TryGetValue(reporter, out var at) ? at : null, reading.At);
            }
        }

        if (Heard > heard || heard is null)
        {
            alerts.Resolve(AlertKind.MonitoringInterrupted, reading.At);
            SilentSince = SilentSince > Heard ? SilentSince : null;
        }
    }

    /// <summary>The unit's own row knows of a reading that is not looked at any more.</summary>
    public void Know(DateTime? at) => Newest = Newest is null || at > Newest ? at ?? Newest : Newest;

    /// <summary>A reporter that was deleted or belongs to another unit is not waited for.</summary>
    public void Forget(Guid reporter) => probes.Remove(reporter);

    /// <summary>Time goes on to this moment: what lasts too long becomes due.</summary>
    public void Pass(DateTime at)
    {
        if (From is { } silent && at >= silent + unit.Rules.SilenceAfter)
        {
            alerts.Raise(
                new RaisedAlert(
                    AlertKind.MonitoringInterrupted,
                    AlertSeverity.Warning,
                    silent + unit.Rules.SilenceAfter,
                    silent
                )
            );
        }
    }

    public DateTime? Due() =>
        alerts.Open(AlertKind.MonitoringInterrupted) is null ? From + unit.Rules.SilenceAfter : null;

    private static DateTime Later(DateTime? one, DateTime other) => one > other ? one.Value : other;
}
