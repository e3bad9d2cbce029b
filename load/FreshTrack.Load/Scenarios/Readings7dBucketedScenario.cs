using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Load.Scenarios;

/// <summary>A dashboard shows a unit's week: minimum, average and
/// maximum of every hour, every unit as likely as any other.</summary>
public sealed class Readings7dBucketedScenario(LoadTarget target, LoadTransport transport, int seed) : IScenario
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private readonly UserCalls calls = new(target, transport);

    public string Name => ScenarioNames.Readings7dBucketed;

    public ValueTask<RequestOutcome> SendAsync(long arrival, CancellationToken cancellationToken)
    {
        var unit = target.Units[Draw.Of(seed, arrival).Below(target.Units.Count)];
        return calls.GetAsync(
            $"{unit.ReadingsPath}?bucket=1h&{Since.Query(target.Clock, Week)}",
            unit.BearerToken,
            cancellationToken
        );
    }
}
