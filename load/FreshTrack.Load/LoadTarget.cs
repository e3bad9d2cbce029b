namespace FreshTrack.Load;

/// <summary>What the scenarios need to know about the system under load.</summary>
/// <param name="Api">Base address: <c>http://127.0.0.1:8080</c>.</param>
/// <param name="Clock">The clock that the API under load goes by; a rehearsal's fixtures end at a constant epoch.</param>
public sealed record LoadTarget(Uri Api, IReadOnlyList<DeviceTarget> Devices, IReadOnlyList<UnitTarget> Units, TimeProvider Clock);

/// <summary>A sensor that sends uplinks, and the secret of its organization's webhook.</summary>
/// <param name="SensorType">The label of the database: <c>temperature_humidity</c>, <c>door</c>.</param>
/// <param name="TemperatureMin">Limit of the sensor's unit, °C; null where it has none.</param>
/// <param name="TemperatureMax">Limit of the sensor's unit, °C.</param>
public sealed record DeviceTarget(
    string DevEui, string DeviceId, string ApplicationId, string WebhookSecret, string SensorType, decimal? TemperatureMin, decimal TemperatureMax)
{
    /// <summary>The device EUI alone: the secret must not reach a log.</summary>
    public override string ToString() => DevEui;
}

/// <summary>A unit's path, and a token of a user who may read it.</summary>
public sealed record UnitTarget(Guid Organization, Guid Site, Guid Area, Guid Unit, string BearerToken)
{
    /// <summary>The unit's id alone: the token must not reach a log.</summary>
    public override string ToString() => Unit.ToString();
}
