namespace FreshTrack.Api.Ingestion;

/// <summary>Percent and volts of a battery, from what decoders put into one field or two.</summary>
internal static class BatteryReport
{
    /// <summary>LoRaWAN's DevStatusAns: the device could not measure its battery.</summary>
    private const int NotMeasured = 255;

    /// <summary>Decoders that count from 0 to 3, as Dragino's <c>Bat_status</c>, report no percentage.</summary>
    private const int HighestLevelOfEnum = 3;

    /// <summary>As the former webhook did: a voltage decides the percentage, without one the reported counts.</summary>
    /// <param name="reported">Percent; above 100 it is mV, a fraction below 10 is V, whole numbers from 0 to 3 and 255
    /// say nothing.</param>
    /// <param name="volts">What a field of its own reports.</param>
    /// <param name="chemistry">Decides what a voltage means; null when nobody said.</param>
    public static (int? Percent, decimal? Volts) OfUplink(decimal? reported, decimal? volts, string? chemistry)
    {
        var (percent, ownVolts) = Split(reported == NotMeasured ? null : reported);
        return (volts ?? ownVolts) is { } known ? (BatteryCurve.Of(chemistry).Percent(known), known)
            : percent is <= HighestLevelOfEnum ? (null, null)
            : (percent, null);
    }

    /// <summary>As a client of the bulk request declares it: every percentage counts, and none is derived.</summary>
    public static (int? Percent, decimal? Volts) AsDeclared(decimal? reported, decimal? volts)
    {
        var (percent, ownVolts) = Split(reported);
        return (percent, volts ?? ownVolts);
    }

    /// <summary>V of a value in V or mV, rounded to mV.</summary>
    public static decimal ToVolts(decimal value) =>
        decimal.Round(value >= 10 ? value / 1000 : value, 3, MidpointRounding.AwayFromZero);

    private static (int? Percent, decimal? Volts) Split(decimal? reported) =>
        reported switch
        {
            null => (null, null),
            > 100 and var millivolts => (null, ToVolts(millivolts)),
            < 10 and var small when small != decimal.Truncate(small) => (null, ToVolts(small)),
            { } percent => ((int)decimal.Round(percent, MidpointRounding.AwayFromZero), null),
        };
}
