using System.Collections.Frozen;
using System.Security.Cryptography;

namespace FreshTrack.Api.Ingestion;

/// <summary>What the directory read at one moment; never changed after.</summary>
/// <param name="StoredUnit">The unit of stored temperatures.</param>
/// <param name="BySerial">Devices behind a hub whose serial number is a device EUI.</param>
/// <param name="Units">Open units and their organizations.</param>
/// <param name="Reporters">Sensors and devices by id, with their organizations.</param>
internal sealed record DirectorySnapshot(
    TemperatureUnit StoredUnit,
    (byte[] Lookup, Guid Organization)[] Organizations,
    FrozenDictionary<DeviceKey, Device> ByEui,
    FrozenDictionary<DeviceKey, Device> ById,
    FrozenDictionary<DeviceKey, Device> BySerial,
    FrozenDictionary<Guid, Guid> Units,
    FrozenDictionary<Guid, Reporter> Reporters
)
{
    public static DirectorySnapshot Empty { get; } =
        new(
            TemperatureUnit.Fahrenheit,
            [],
            FrozenDictionary<DeviceKey, Device>.Empty,
            FrozenDictionary<DeviceKey, Device>.Empty,
            FrozenDictionary<DeviceKey, Device>.Empty,
            FrozenDictionary<Guid, Guid>.Empty,
            FrozenDictionary<Guid, Reporter>.Empty
        );

    /// <summary>Compares with every organization in constant time:
    /// how long it takes tells nothing about any secret.</summary>
    public Guid? Organization(byte[] lookup)
    {
        Guid? found = null;
        foreach (var (candidate, organization) in Organizations)
        {
            if (CryptographicOperations.FixedTimeEquals(candidate, lookup))
            {
                found = organization;
            }
        }

        return found;
    }

    /// <summary>In the former webhook's order: the id that TTN knows it by, the EUI, the serial number.</summary>
    public Device? Device(Guid organization, Uplink uplink) =>
        Find(ById, organization, uplink.DeviceId)
        ?? Find(ByEui, organization, uplink.DevEui)
        ?? Find(BySerial, organization, uplink.DevEui);

    public bool HasUnit(Guid organization, Guid unit) =>
        Units.TryGetValue(unit, out var owner) && owner == organization;

    public Reporter? Reporter(Guid organization, Guid id) =>
        Reporters.TryGetValue(id, out var reporter) && reporter.Organization == organization ? reporter : null;

    private static Device? Find(FrozenDictionary<DeviceKey, Device> devices, Guid organization, string name) =>
        name.Length > 0 ? devices.GetValueOrDefault(new DeviceKey(organization, name)) : null;
}

/// <summary>A sensor or device that may report, and the unit it reports for;
/// no unit when it is unassigned or its place is closed.</summary>
/// <param name="IsSensor">Of <c>lora_sensors</c>; else of <c>devices</c>.</param>
/// <param name="Facts">What is known of the sensor besides; nothing of a device of <c>devices</c>.</param>
/// <param name="StoredUnit">The unit of stored temperatures.</param>
internal sealed record Device(Guid Id, bool IsSensor, Guid? Unit, SensorFacts Facts, TemperatureUnit StoredUnit);

/// <summary>Whether an id that a reading names is that of a LoRaWAN sensor or of a device behind a hub.</summary>
internal sealed record Reporter(Guid Organization, bool IsSensor);

/// <param name="Name">A normalised device EUI or serial number, or the id that TTN knows the device by.</param>
internal readonly record struct DeviceKey(Guid Organization, string Name);
