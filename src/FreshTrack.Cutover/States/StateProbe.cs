using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.States;

/// <summary>Asks the servers themselves, and neither the journal nor what earlier steps said.</summary>
public sealed class StateProbe : IStateProbe
{
    private static readonly Sql HasLedger = new("select to_regclass('migration.ledger') is not null");

    private static readonly Sql AreHeld = new("select exists (select from api.notification_hold where is_on)");

    private static readonly Sql HasRows = new("select exists (select from migration.ledger)");

    public async Task<ObservedState> ReadAsync(RunContext run, CancellationToken cancellationToken)
    {
        var target = run.Environment.Target;
        var isLoaded =
            await target.ScalarAsync<bool>(HasLedger, cancellationToken)
            && await target.ScalarAsync<bool>(HasRows, cancellationToken);
        var newSystem = await NewSystemAsync(run, cancellationToken);
        return new ObservedState
        {
            Source = await FreezeSteps.ProbeAsync(run, cancellationToken) ? SourceAccess.Frozen : SourceAccess.Open,
            Target = isLoaded ? TargetContent.Loading : TargetContent.Empty,
            NewSystem = newSystem,
            // A system that does not run tells nobody of anything.
            Notifications =
                newSystem is null or NewSystem.Stopped ? null
                : await target.ScalarAsync<bool>(AreHeld, cancellationToken) ? Notifications.Held
                : Notifications.Released,
            OldMaintenance = await MaintenanceSteps.ProbeAsync(run, cancellationToken) switch
            {
                null => null,
                true => Switch.On,
                false => Switch.Off,
            },
        };
    }

    private static async Task<NewSystem?> NewSystemAsync(RunContext run, CancellationToken cancellationToken)
    {
        if (run.Deployment is not { } deployment)
        {
            return null;
        }

        return await NewSystemHealth.IsInMaintenanceAsync(deployment, TimeProvider.System, cancellationToken) switch
        {
            null => NewSystem.Stopped,
            true => NewSystem.Held,
            false => NewSystem.Open,
        };
    }
}
