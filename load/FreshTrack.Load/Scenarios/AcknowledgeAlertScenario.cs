using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Load.Scenarios;

/// <summary>Somebody takes care of an alert. Open alerts run out: then a second person says the same, which the API
/// answers like the first.</summary>
/// <remarks>
/// New readings may end an alert at any moment, and an ended one cannot be acknowledged any more: 409. That is right
/// for the alerts that readings
/// can end, and for no others, so that an API which refuses everything does not pass.
/// </remarks>
public sealed class AcknowledgeAlertScenario(LoadTarget target, LoadTransport transport) : IScenario
{
    private readonly UserCalls calls = new(target, transport);

    public string Name => ScenarioNames.AcknowledgeAlert;

    public async ValueTask<RequestOutcome> SendAsync(long arrival, CancellationToken cancellationToken)
    {
        var alert = target.Alerts[(int)(arrival % target.Alerts.Count)];
        var outcome = await calls.PostAsync(
            $"/api/orgs/{alert.Organization}/alerts/{alert.Alert}/acknowledge",
            alert.BearerToken,
            cancellationToken
        );
        return outcome.Outcome == "409" && alert.EndsByItself
            ? outcome with
            {
                Succeeded = true,
                Outcome = "409 expected",
            }
            : outcome;
    }
}
