namespace FreshTrack.Load;

/// <summary>What the scenarios need to know about the system under load.</summary>
/// <param name="Api">Base address: <c>http://127.0.0.1:8080</c>.</param>
/// <param name="Clock">The clock that the API under load goes by.</param>
public sealed record LoadTarget(
    Uri Api,
    IReadOnlyList<DeviceTarget> Devices,
    IReadOnlyList<UnitTarget> Units,
    TimeProvider Clock
)
{
    /// <summary>Everybody who may sign in, each with the organization that they see first.</summary>
    public IReadOnlyList<UserTarget> Users { get; init; } = [];

    /// <summary>Alerts that have not ended: first those that nobody has taken care of, and of these first the ones that
    /// only a person ends.</summary>
    public IReadOnlyList<AlertTarget> Alerts { get; init; } = [];
}

/// <summary>A sensor that sends uplinks, and the secret of its organization's webhook.</summary>
/// <param name="SensorType">The label of the database: <c>temperature_humidity</c>, <c>door</c>.</param>
/// <param name="TemperatureMin">Limit of the sensor's unit, °C; null where it has none.</param>
/// <param name="TemperatureMax">Limit of the sensor's unit, °C.</param>
public sealed record DeviceTarget(
    string DevEui,
    string DeviceId,
    string ApplicationId,
    string WebhookSecret,
    string SensorType,
    decimal? TemperatureMin,
    decimal TemperatureMax
)
{
    /// <summary>The device EUI alone: the secret must not reach a log.</summary>
    public override string ToString() => DevEui;
}

/// <summary>A unit's path, and a token of a user who may read it.</summary>
public sealed record UnitTarget(Guid Organization, Guid Site, Guid Area, Guid Unit, AccessToken Token)
{
    /// <summary>The access token to bring now.</summary>
    public string BearerToken => Token.Current;

    internal string ReadingsPath => $"/api/orgs/{Organization}/sites/{Site}/areas/{Area}/units/{Unit}/readings";

    /// <summary>The unit's id alone: the token must not reach a log.</summary>
    public override string ToString() => Unit.ToString();
}

/// <summary>A user, and the first site of their organization.</summary>
/// <param name="SignIn">Gives an access token, a new one at every call;
/// throws a <c>StackAuthException</c> when there is none.</param>
public sealed record UserTarget(Guid Organization, Guid Site, Func<CancellationToken, Task<string>> SignIn);

/// <summary>An alert that has not ended, and a token of a user who may acknowledge it.</summary>
/// <param name="EndsByItself">Whether new readings may end it before anybody acknowledges it.</param>
public sealed record AlertTarget(Guid Organization, Guid Alert, bool EndsByItself, AccessToken Token)
{
    /// <summary>The access token to bring now.</summary>
    public string BearerToken => Token.Current;

    /// <summary>The alert's id alone: the token must not reach a log.</summary>
    public override string ToString() => Alert.ToString();
}
