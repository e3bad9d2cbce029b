namespace FreshTrack.Api.Auth;

/// <summary>Who may do what, as SQL: every statement on behalf of a user joins the roles that allow it, so that no code
/// path can forget to ask.</summary>
/// <remarks>Roles are named one by one. A label that <c>app_role</c>
/// gains later may nothing until it is named here.</remarks>
internal static class Roles
{
    /// <summary>Who may read what an organization owns.</summary>
    public const string Readers = "('owner', 'admin', 'manager', 'staff', 'viewer', 'inspector')";

    /// <summary>Who may change sites, areas and units.</summary>
    public const string PlaceManagers = "('owner', 'admin', 'manager')";

    /// <summary>Who may acknowledge and resolve alerts.</summary>
    public const string AlertHandlers = "('owner', 'admin', 'manager', 'staff')";

    /// <summary>Condition on <c>users p</c>: nobody acts whose account was closed or is banned.</summary>
    public const string InGoodStanding = "p.deleted_at is null and (p.banned_until is null or p.banned_until <= now())";
}
