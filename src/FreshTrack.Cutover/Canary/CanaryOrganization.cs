using FreshTrack.Cutover.Environments;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Canary;

/// <summary>The canary organization in the target: what smoke tests use, and nobody else's data.</summary>
/// <param name="Owner">Of Stack Auth; null where the canary has no people.</param>
internal sealed record CanaryOrganization(Guid? Owner, string Secret)
{
    /// <summary>An organization's part of addresses of the API.</summary>
    public static string Path => $"api/orgs/{CanaryIds.Organization}";

    public static string SitePath => $"{Path}/sites/{CanaryIds.Site}";

    public static string UnitPath => $"{SitePath}/areas/{CanaryIds.Area}/units/{CanaryIds.Unit}";

    private static readonly Sql Find = new(
        """
        select t.ttn_webhook_secret_encrypted, (
            select r.user_id from public.user_roles r
            where r.organization_id = o.id and r.role = 'owner' order by r.created_at, r.user_id limit 1)
        from public.organizations o
        join public.ttn_connections t on t.organization_id = o.id
        where o.id = $1 and o.deleted_at is null and t.ttn_webhook_secret_encrypted is not null
        """
    );

    /// <returns>Null where the canary did not move along, or is gone.</returns>
    /// <exception cref="RefusedException">Its webhook secret does not open with the environment's key.</exception>
    public static async Task<CanaryOrganization?> FindAsync(
        CutoverEnvironment environment,
        CancellationToken cancellationToken
    )
    {
        var found = await environment.Target.ListAsync(
            Find,
            row => (Secret: row.GetString(0), Owner: row.IsDBNull(1) ? (Guid?)null : row.GetGuid(1)),
            cancellationToken,
            CanaryIds.Organization
        );
        return found is [var canary]
            ? new CanaryOrganization(
                canary.Owner,
                WebhookSecret.Open(canary.Secret, environment.WebhookKey.Span, CanaryIds.Organization)
            )
            : null;
    }

    /// <summary>Not the secret.</summary>
    public override string ToString() => $"organization {CanaryIds.Slug}";
}
