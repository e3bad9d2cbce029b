using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Canary;

/// <summary>Removes the canary's rows; source and target name these tables and columns alike.</summary>
internal static class CanaryRows
{
    // What refers to the organization without being deleted with it goes first.
    private static readonly Sql[] OfOrganization =
    [
        new("delete from public.alerts where organization_id = $1"),
        new("delete from public.event_logs where organization_id = $1"),
        new(
            """
            delete from public.sensor_readings where unit_id in (
                select u.id from public.units u
                join public.areas a on a.id = u.area_id
                join public.sites s on s.id = a.site_id
                where s.organization_id = $1)
            """
        ),
        new("delete from public.profiles where organization_id = $1"),
        new("delete from public.organizations where id = $1"),
    ];

    public static async Task RemoveAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var statement in OfOrganization)
        {
            await connection.ExecuteAsync(statement, cancellationToken, CanaryIds.Organization);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
