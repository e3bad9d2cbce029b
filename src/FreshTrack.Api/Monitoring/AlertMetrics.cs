using Prometheus;

namespace FreshTrack.Api.Monitoring;

/// <summary>What <c>/metrics</c> tells about alerts.</summary>
internal static class AlertMetrics
{
    public static readonly Counter ReachedNobody = Metrics.CreateCounter(
        "freshtrack_alerts_reached_nobody_total",
        "Alerts raised, worsened or escalated for which no contact and no member could be told."
    );

    public static readonly Counter NotJudged = Metrics.CreateCounter(
        "freshtrack_units_not_judged_total",
        "Judgements of single units that failed and are repeated."
    );
}
