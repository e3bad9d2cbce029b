using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Load.Scenarios;

/// <summary>A dashboard opens a unit: its readings of the last 24 hours, every unit as likely as any other.</summary>
public sealed class Readings24hScenario(LoadTarget target, LoadTransport transport, int seed) : IScenario
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly UserCalls calls = new(target, transport);

    public string Name => ScenarioNames.Readings24h;

    public ValueTask<RequestOutcome> SendAsync(long arrival, CancellationToken cancellationToken)
    {
        var unit = target.Units[Draw.Of(seed, arrival).Below(target.Units.Count)];
        return calls.GetAsync(
            $"{unit.ReadingsPath}?{Since.Query(target.Clock, Day)}",
            unit.BearerToken,
            cancellationToken
        );
    }
}
