namespace FreshTrack.Cutover.Canary;

/// <summary>Limits of the canary's unit and temperatures that are reported to it. Sensors report °C; limits and
/// readings
/// are stored in the environment's unit.</summary>
/// <param name="High">In the stored unit.</param>
/// <param name="Low">In the stored unit.</param>
/// <param name="Inside">A stored reading inside the limits.</param>
internal sealed record CanaryLimits(decimal High, decimal Low, decimal Inside)
{
    /// <summary>°C that are well inside the limits.</summary>
    public const double Normal = 3.5;

    /// <summary>°C that are well outside.</summary>
    public const double Breach = 12.5;

    /// <param name="unit"><c>F</c> or <c>C</c>; null counts as <c>F</c>, which a database stores unless it was made for
    /// °C.</param>
    public static CanaryLimits In(string? unit) => unit == "C" ? new(5m, 1m, 3.5m) : new(41m, 33.8m, 38.3m);
}
