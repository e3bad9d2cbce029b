namespace FreshTrack.Api.Ingestion;

/// <summary>What becomes of an uplink's payload: measurements, a reason why there are none, or measurements with a
/// remark.</summary>
/// <param name="Reason">One of <see cref="UplinkReason"/>.</param>
/// <param name="Field">The field of the payload that the reason is about.</param>
internal sealed record UplinkReading(Measurements? Measured, string? Reason = null, string? Field = null)
{
    /// <param name="sensor">Its setting names the probe that counts; without one it is the first in the table, as the
    /// former webhook did.</param>
    /// <param name="stored">The unit of stored temperatures.</param>
    public static UplinkReading Of(DecodedPayload payload, SensorFacts sensor, TemperatureUnit stored)
    {
        var temperatureField = sensor.TemperatureField;
        var counts = temperatureField is null
            ? (payload.Temperatures is [var first, ..] ? first : null)
            : payload
                .Temperatures.Concat(payload.Housings)
                .FirstOrDefault(reported => IsNamed(reported.Field, temperatureField));
        if (counts is null && MissingTemperature(payload, temperatureField) is { } missing)
        {
            return missing;
        }

        var measured = payload.Measure(counts, sensor, stored);
        if (measured.IsEmpty || (payload.HasHistory && measured is { Temperature: null, DoorOpen: null }))
        {
            return new UplinkReading(
                Measured: null,
                payload.HasHistory ? UplinkReason.History : UplinkReason.NoMeasurement
            );
        }

        return temperatureField is null && counts is not null && payload.Temperatures.Any(counts.Differs)
                ? new UplinkReading(measured, UplinkReason.SeveralProbes, counts.Field)
            : payload.Unknown is [var unknown, ..] ? new UplinkReading(measured, UplinkReason.UnknownField, unknown)
            : new UplinkReading(measured);
    }

    /// <summary>A payload with a temperature that cannot be used makes no reading of the rest: it would look as if the
    /// sensor worked.</summary>
    private static UplinkReading? MissingTemperature(DecodedPayload payload, string? temperatureField)
    {
        var lost = payload.Dropped.FirstOrDefault(field => field.Quantity == Quantity.Temperature);
        return temperatureField is not null && (lost is not null || payload.Temperatures.Count > 0)
                ? new UplinkReading(Measured: null, UplinkReason.ProbeMissing, temperatureField)
            : payload.Unknown is [var unknown, ..]
                ? new UplinkReading(Measured: null, UplinkReason.UnknownField, unknown)
            : lost is not null ? new UplinkReading(Measured: null, UplinkReason.NoTemperature, lost.Field)
            : null;
    }

    private static bool IsNamed(string field, string setting) =>
        string.Equals(field, setting, StringComparison.OrdinalIgnoreCase);
}
