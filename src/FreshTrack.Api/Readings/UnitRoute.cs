using System.Security.Claims;
using FreshTrack.Api.Auth;
using Microsoft.AspNetCore.Mvc;

namespace FreshTrack.Api.Readings;

/// <summary>The address of a unit as it came, and who asks.</summary>
internal sealed record UnitRoute
{
    [FromRoute(Name = "org")]
    public required string Organization { get; init; }

    [FromRoute(Name = "site")]
    public required string Site { get; init; }

    [FromRoute(Name = "area")]
    public required string Area { get; init; }

    [FromRoute(Name = "unit")]
    public required string Unit { get; init; }

    public required ClaimsPrincipal User { get; init; }

    /// <summary>Null when a part is no id: such a unit cannot exist.</summary>
    public UnitPath? ToPath() =>
        Ids.TryParse(Organization, out var organization)
        && Ids.TryParse(Site, out var site)
        && Ids.TryParse(Area, out var area)
        && Ids.TryParse(Unit, out var unit)
            ? new UnitPath(organization, site, area, unit, User.StackAuthId())
            : null;
}
