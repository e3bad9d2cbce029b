namespace FreshTrack.Api.Alerts;

/// <summary>A unit and what is new of it.</summary>
internal sealed record WatchedLook(WatchedUnit Unit, IReadOnlyList<WatchedReading> Readings)
{
    /// <summary>The earliest reading that is older than what was judged.</summary>
    public DateTime? LateFrom { get; init; }

    /// <summary>More is left: the next look continues behind the last reading.</summary>
    public bool IsPartial { get; init; }

    /// <summary>The earliest reading that was judged and has been corrected since.</summary>
    public DateTime? CorrectedFrom { get; init; }

    public Judgement Judge(DateTime listeningSince, DateTime now) =>
        UnitJudge.Judge(Unit, new UnitLook(Readings, listeningSince, now, LateFrom, IsPartial, CorrectedFrom));
}
