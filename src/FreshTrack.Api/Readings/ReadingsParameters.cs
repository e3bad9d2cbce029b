using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace FreshTrack.Api.Readings;

/// <summary>The query string of a unit's readings, as it came:
/// what is wrong in it is answered in the contract's words.</summary>
internal sealed record ReadingsParameters
{
    internal const string UnitDescription = "C or F: temperatures are shown in it; as they are stored when absent";

    [FromQuery(Name = "start"), Description("ISO 8601; readings from this moment on")]
    public string? Start { get; init; }

    [FromQuery(Name = "end"), Description("ISO 8601; readings up to this moment, included")]
    public string? End { get; init; }

    [FromQuery(Name = "limit"), Description("Readings of a page: 1 to 1000, 100 when absent")]
    public string? Limit { get; init; }

    [FromQuery(Name = "offset"), Description("Readings to pass over; for long lists take cursor")]
    public string? Offset { get; init; }

    [FromQuery(Name = "cursor"), Description("pagination.next_cursor of the page before")]
    public string? Cursor { get; init; }

    [
        FromQuery(Name = "bucket"),
        Description("5m, 1h or 1d: minimum, average and maximum of each such span (UTC) in place of single readings")
    ]
    public string? Bucket { get; init; }

    [FromQuery(Name = "unit"), Description(UnitDescription)]
    public string? TemperatureUnit { get; init; }
}
