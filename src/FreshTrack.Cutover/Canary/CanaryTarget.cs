using FreshTrack.Cutover.Environments;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Canary;

/// <summary>What smoke tests ask the target's database for, because no call of the API tells it.</summary>
internal static class CanaryTarget
{
    private static readonly Sql UserOf = new("select id from public.users where lower(email) = $1");

    private static readonly Sql Users = new("select id, email from public.users where email is not null");

    private static readonly Sql RemoveUsers = new("delete from public.users where id = any($1)");

    // Pending rows wait for the release; these have left, or were about to.
    private static readonly Sql SentToOthers = new(
        """
        select count(*) from api.outbox
        where organization_id <> $1 and state in ('sending', 'sent') and claimed_at >= $2
        """
    );

    /// <returns>Null when nobody has the address.</returns>
    public static async Task<Guid?> FindUserAsync(
        NpgsqlDataSource target,
        string email,
        CancellationToken cancellationToken
    ) => await target.ListAsync(UserOf, row => row.GetGuid(0), cancellationToken, email) is [var id, ..] ? id : null;

    /// <summary>Messages that went to other organizations since then.</summary>
    public static Task<long> SentToOthersAsync(
        NpgsqlDataSource target,
        DateTimeOffset since,
        CancellationToken cancellationToken
    ) => target.ScalarAsync<long>(SentToOthers, cancellationToken, CanaryIds.Organization, since.UtcDateTime);

    /// <summary>Removes the organization and its people.</summary>
    /// <returns>How many people.</returns>
    public static async Task<int> RemoveAsync(
        NpgsqlDataSource target,
        CanaryAddresses? addresses,
        CancellationToken cancellationToken
    )
    {
        await CanaryRows.RemoveAsync(target, cancellationToken);
        if (addresses is null)
        {
            return 0;
        }

        var users = await target.ListAsync(
            Users,
            row => (Id: row.GetGuid(0), Email: row.GetString(1)),
            cancellationToken
        );
        Guid[] ids = [.. users.Where(user => addresses.Include(user.Email)).Select(user => user.Id)];
        return await target.ExecuteAsync(RemoveUsers, cancellationToken, ids);
    }
}
