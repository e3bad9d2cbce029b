namespace FreshTrack.Api.Alerts;

/// <summary>Walks through a unit's temperatures in the order of time: each reporter on its own, and out of them the
/// excursions of the unit, which last while any reporter is confirmed outside.</summary>
internal sealed class TemperatureJudge
{
    private readonly WatchedUnit unit;
    private readonly Dictionary<Guid, Reporter> reporters;
    private readonly List<Excursion> ended = [];
    private readonly List<(DateTime At, string? Sensor)> settled = [];
    private Excursion? lasting;

    /// <param name="isFromStart">From a moment at which no reporter was outside, and not from what is known.</param>
    public TemperatureJudge(WatchedUnit unit, bool isFromStart)
    {
        this.unit = unit;
        reporters = isFromStart
            ? []
            : unit.State.Reporters.ToDictionary(
                state => state.Id,
                state => new Reporter
                {
                    At = state.TemperatureAt,
                    OutsideSince = state.OutsideSince,
                    IsConfirmed = state.IsConfirmed,
                }
            );
        lasting = isFromStart ? null : unit.State.Excursion;
    }

    /// <summary>The excursion that lasts at the end of the walk.</summary>
    public Excursion? Lasting => lasting;

    public IReadOnlyList<Excursion> Excursions => lasting is null ? ended : [.. ended, lasting];

    public bool IsOutside => reporters.Values.Any(reporter => reporter.OutsideSince is not null);

    /// <summary>When temperatures were well inside the limits, and no reporter outside.</summary>
    public DateTime? SettledAfter(DateTime at, string? sensor)
    {
        var index = settled.FindIndex(moment => moment.At >= at && (sensor is null || moment.Sensor == sensor));
        return index < 0 ? null : settled[index].At;
    }

    public DateTime? LastSettled(string? sensor)
    {
        var index = settled.FindLastIndex(moment => sensor is null || moment.Sensor == sensor);
        return index < 0 ? null : settled[index].At;
    }

    public void See(WatchedReading reading, decimal temperature, bool isDoorOpen)
    {
        if (!reporters.TryGetValue(reading.Reporter, out var reporter))
        {
            reporters[reading.Reporter] = reporter = new Reporter();
        }

        reporter.At = reading.At;
        if (unit.BrokenLimit(temperature) is { } limit)
        {
            reporter.OutsideSince ??= reading.At;
            if (
                reading.At - reporter.OutsideSince
                >= (isDoorOpen ? unit.Rules.ConfirmDoorOpen : unit.Rules.ConfirmDoorClosed)
            )
            {
                reporter.IsConfirmed = true;
                lasting ??= new Excursion(reporter.OutsideSince.Value, reading.At, temperature, limit, reading.Sensor);
            }

            return;
        }

        reporter.OutsideSince = null;
        ForgetSilent(reading);
        if (unit.HasRecovered(temperature))
        {
            reporter.IsConfirmed = false;
            EndUnlessConfirmed(reading.At);
            if (lasting is null && !IsOutside)
            {
                settled.Add((reading.At, reading.Sensor));
            }
        }
    }

    /// <summary>Somebody resolved the alert by hand: what lasts is counted from here.</summary>
    public void Restart(DateTime at)
    {
        foreach (var reporter in reporters.Values)
        {
            reporter.OutsideSince = reporter.OutsideSince is null ? null : at;
            reporter.IsConfirmed = false;
        }

        EndUnlessConfirmed(at);
    }

    /// <summary>A reporter that was deleted or belongs to another unit keeps no alert open.</summary>
    public void Forget(Guid reporter, DateTime at)
    {
        if (reporters.Remove(reporter))
        {
            EndUnlessConfirmed(at);
        }
    }

    /// <summary>That a reporter reports temperatures stays known also where a stretch without them is judged
    /// again.</summary>
    public ReporterState Complete(ReporterState state)
    {
        var known = unit.State.Reporters.FirstOrDefault(before => before.Id == state.Id)?.TemperatureAt;
        return reporters.TryGetValue(state.Id, out var reporter)
            ? state with
            {
                // One that is outside is forgotten by when it was last heard of in this stretch.
                TemperatureAt =
                    known > reporter.At && reporter is { OutsideSince: null, IsConfirmed: false } ? known : reporter.At,
                OutsideSince = reporter.OutsideSince,
                IsConfirmed = reporter.IsConfirmed,
            }
            : state with
            {
                TemperatureAt = known,
                OutsideSince = null,
                IsConfirmed = false,
            };
    }

    // What was written down by hand says nothing about a sensor.
    private void ForgetSilent(WatchedReading reading)
    {
        if (reading.Reporter == Guid.Empty)
        {
            return;
        }

        foreach (var other in reporters.Values)
        {
            if (other.At < reading.At - unit.Rules.ForgottenAfter)
            {
                other.OutsideSince = null;
                other.IsConfirmed = false;
            }
        }

        EndUnlessConfirmed(reading.At);
    }

    private void EndUnlessConfirmed(DateTime at)
    {
        if (lasting is not null && !reporters.Values.Any(reporter => reporter.IsConfirmed))
        {
            ended.Add(lasting with { EndedAt = at });
            lasting = null;
        }
    }

    private sealed class Reporter
    {
        public DateTime? At { get; set; }

        public DateTime? OutsideSince { get; set; }

        public bool IsConfirmed { get; set; }
    }
}
