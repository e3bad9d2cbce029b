using System.Collections.Frozen;
using System.Security.Cryptography;

namespace FreshTrack.Api.Ingestion;

/// <summary>What the directory read at one moment; never changed after.</summary>
/// <param name="Units">Open units and their organizations.</param>
/// <param name="Reporters">Sensors and devices by id, with their organizations.</param>
internal sealed record DirectorySnapshot(
    (byte[] Lookup, Guid Organization)[] Organizations,
    FrozenDictionary<DeviceKey, Device> ByEui,
    FrozenDictionary<DeviceKey, Device> ById,
    FrozenDictionary<Guid, Guid> Units,
    FrozenDictionary<Guid, Reporter> Reporters
)
{
    public static DirectorySnapshot Empty { get; } =
        new(
            [],
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

    public Device? Device(Guid organization, Uplink uplink) =>
        uplink.DevEui.Length > 0
            ? ByEui.GetValueOrDefault(new DeviceKey(organization, uplink.DevEui))
            : ById.GetValueOrDefault(new DeviceKey(organization, uplink.DeviceId));

    public bool HasUnit(Guid organization, Guid unit) =>
        Units.TryGetValue(unit, out var owner) && owner == organization;

    public Reporter? Reporter(Guid organization, Guid id) =>
        Reporters.TryGetValue(id, out var reporter) && reporter.Organization == organization ? reporter : null;
}

/// <summary>A sensor that may report, and the unit it reports for;
/// no unit when it is unassigned or its place is closed.</summary>
internal sealed record Device(Guid Sensor, Guid? Unit);

/// <summary>Whether an id that a reading names is that of a LoRaWAN sensor or of a device behind a hub.</summary>
internal sealed record Reporter(Guid Organization, bool IsSensor);

/// <param name="Name">A normalised device EUI, or the id that TTN knows the device by.</param>
internal readonly record struct DeviceKey(Guid Organization, string Name);
