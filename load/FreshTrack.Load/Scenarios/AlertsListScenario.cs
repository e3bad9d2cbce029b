using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Load.Scenarios;

/// <summary>A dashboard's bell: the newest alerts of an organization, one organization after the other, in turn all and
/// the open ones.</summary>
public sealed class AlertsListScenario(LoadTarget target, LoadTransport transport) : IScenario
{
    private const string Open = "?status=active,escalated";

    private readonly UserCalls calls = new(target, transport);
    private readonly UnitTarget[] organizations = [.. target.Units.DistinctBy(unit => unit.Organization)];

    public string Name => ScenarioNames.AlertsList;

    public ValueTask<RequestOutcome> SendAsync(long arrival, CancellationToken cancellationToken)
    {
        var (turn, place) = Math.DivRem(arrival, organizations.Length);
        var member = organizations[place];
        return calls.GetAsync(
            $"/api/orgs/{member.Organization}/alerts{(turn % 2 == 0 ? "" : Open)}",
            member.BearerToken,
            cancellationToken
        );
    }
}
