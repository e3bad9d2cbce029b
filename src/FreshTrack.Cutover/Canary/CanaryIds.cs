namespace FreshTrack.Cutover.Canary;

/// <summary>What the canary organization is known by on both sides: ids, names and texts that never change, so that
/// creating it again finds it.</summary>
internal static class CanaryIds
{
    public const string Name = "FreshTrack canary";
    public const string Slug = "freshtrack-canary";
    public const string DevEui = "CA9A27000000000A";
    public const string Device = "freshtrack-canary";

    public static readonly Guid Organization = new("ca9a2700-0000-4000-8000-000000000001");
    public static readonly Guid Site = new("ca9a2700-0000-4000-8000-000000000002");
    public static readonly Guid Area = new("ca9a2700-0000-4000-8000-000000000003");
    public static readonly Guid Unit = new("ca9a2700-0000-4000-8000-000000000004");
    public static readonly Guid Sensor = new("ca9a2700-0000-4000-8000-000000000005");
    public static readonly Guid Connection = new("ca9a2700-0000-4000-8000-000000000006");
    public static readonly Guid Contact = new("ca9a2700-0000-4000-8000-000000000007");

    /// <summary>Readings that are there before the move, so that they can be seen after it.</summary>
    public static readonly Guid[] Readings =
    [
        new("ca9a2700-0000-4000-8000-000000000011"),
        new("ca9a2700-0000-4000-8000-000000000012"),
        new("ca9a2700-0000-4000-8000-000000000013"),
    ];
}
