using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace FreshTrack.Api.Readings;

/// <summary>The query string of a unit's readings, as it came: what is wrong in it is answered in the contract's words.</summary>
internal sealed record ReadingsParameters(
    [property: FromQuery(Name = "start"), Description("ISO 8601; readings from this moment on")] string? Start,
    [property: FromQuery(Name = "end"), Description("ISO 8601; readings up to this moment, included")] string? End,
    [property: FromQuery(Name = "limit"), Description("Readings of a page: 1 to 1000, 100 when absent")] string? Limit,
    [property: FromQuery(Name = "offset"), Description("Readings to pass over; for long lists take cursor")] string? Offset,
    [property: FromQuery(Name = "cursor"), Description("pagination.next_cursor of the page before")] string? Cursor,
    [property: FromQuery(Name = "bucket"), Description("5m, 1h or 1d: minimum, average and maximum of each such span (UTC) in place of single readings")] string? Bucket);
