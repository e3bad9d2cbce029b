using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Load.Scenarios;

/// <summary>A dashboard's overview: the newest reading of every unit
/// of an organization, one organization after the other.</summary>
public sealed class LatestByOrganizationScenario(LoadTarget target, LoadTransport transport) : IScenario
{
    private readonly UserCalls calls = new(target, transport);
    private readonly UnitTarget[] organizations = [.. target.Units.DistinctBy(unit => unit.Organization)];

    public string Name => ScenarioNames.LatestByOrganization;

    public ValueTask<RequestOutcome> SendAsync(long arrival, CancellationToken cancellationToken)
    {
        var member = organizations[arrival % organizations.Length];
        return calls.GetAsync(
            $"/api/orgs/{member.Organization}/readings/latest",
            member.BearerToken,
            cancellationToken
        );
    }
}
