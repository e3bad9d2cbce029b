namespace FreshTrack.Api.Areas;

/// <summary>A part of a site, as dashboards read it.</summary>
internal sealed record Area(
    Guid Id,
    Guid SiteId,
    string Name,
    string? Description,
    int SortOrder,
    bool IsActive,
    DateTime CreatedAt,
    DateTime UpdatedAt
);

internal sealed record AreasPage(IReadOnlyList<Area> Data);

internal sealed record CreatedArea(Area Data);
