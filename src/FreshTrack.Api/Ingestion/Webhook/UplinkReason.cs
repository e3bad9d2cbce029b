namespace FreshTrack.Api.Ingestion;

/// <summary>Why an authentic message of The Things Stack is answered without a reading, or with a remark.</summary>
/// <remarks>All of them are answered 200: The Things Stack counts other answers in a row and then switches an
/// application's webhook off, with everybody's readings.</remarks>
internal static class UplinkReason
{
    /// <summary>Those for which there may be no reading.</summary>
    public static IReadOnlyList<string> WithoutReading { get; } =
    [
        OtherMessage,
        NoPayload,
        NoFormatter,
        NoMeasurement,
        History,
        NoTemperature,
        ProbeMissing,
        UnknownField,
        DeviceNotFound,
        DeviceNotAssigned,
        TimeOutOfRange,
        RefusedByDatabase,
    ];

    /// <summary>A join, a downlink's event, a location, service data, or the normalized copy of an uplink.</summary>
    public const string OtherMessage = "OTHER_MESSAGE";

    /// <summary>MAC commands alone.</summary>
    public const string NoPayload = "NO_PAYLOAD";

    /// <summary>The application has no payload formatter for the device, or it failed.</summary>
    public const string NoFormatter = "NO_FORMATTER";

    /// <summary>A status or version frame: nothing in it that a reading keeps.</summary>
    public const string NoMeasurement = "NO_MEASUREMENT";

    /// <summary>Readings of an earlier time, which the uplink's time does not fit.</summary>
    public const string History = "HISTORY";

    /// <summary>A temperature is reported, and cannot be used: out of range, no number, or no probe.</summary>
    public const string NoTemperature = "NO_TEMPERATURE";

    /// <summary>The probe that is set for the sensor does not report, others do.</summary>
    public const string ProbeMissing = "PROBE_MISSING";

    /// <summary>A field looks like a temperature and is not known.</summary>
    public const string UnknownField = "UNKNOWN_FIELD";

    /// <summary>A remark: probes report different temperatures, and none is set for the sensor.</summary>
    public const string SeveralProbes = "SEVERAL_PROBES";

    /// <summary>A remark: a reading of the same sensor, time
    /// and frame counter holds other values. Both are kept.</summary>
    public const string Conflict = "CONFLICT";

    /// <summary>A remark: the uplink's time lay ahead, the reading is recorded at its arrival.</summary>
    public const string TimeClamped = "TIME_CLAMPED";

    public const string DeviceNotFound = "DEVICE_NOT_FOUND";

    public const string DeviceNotAssigned = "DEVICE_NOT_ASSIGNED";

    /// <summary>Before 2018, or more than an hour ahead.</summary>
    public const string TimeOutOfRange = "TIME_OUT_OF_RANGE";

    /// <summary>The unit has just gone, or a value that the database cannot hold.</summary>
    public const string RefusedByDatabase = "REFUSED_BY_DATABASE";
}
