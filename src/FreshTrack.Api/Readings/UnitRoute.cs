using System.Security.Claims;
using FreshTrack.Api.Auth;
using Microsoft.AspNetCore.Mvc;

namespace FreshTrack.Api.Readings;

/// <summary>The address of a unit as it came, and who asks.</summary>
internal sealed record UnitRoute(
    [property: FromRoute(Name = "org")] string Org,
    [property: FromRoute(Name = "site")] string Site,
    [property: FromRoute(Name = "area")] string Area,
    [property: FromRoute(Name = "unit")] string Unit,
    ClaimsPrincipal User)
{
    /// <summary>Null when a part is no id: such a unit cannot exist.</summary>
    public UnitPath? Path =>
        Ids.TryParse(Org, out var organization) && Ids.TryParse(Site, out var site) && Ids.TryParse(Area, out var area) && Ids.TryParse(Unit, out var unit)
            ? new UnitPath(organization, site, area, unit, User.StackAuthId())
            : null;
}
