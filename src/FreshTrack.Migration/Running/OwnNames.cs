using FreshTrack.Plan;

namespace FreshTrack.Migration;

/// <summary>What the engine calls its own in the two databases; a catalog leaves it out
/// (<see cref="Catalog.OwnSchemas"/>).</summary>
internal static class OwnNames
{
    /// <summary>The schema of the freeze on the source, and its trigger on each frozen table.</summary>
    public static Identifier Freeze { get; } = new("freshtrack_freeze");

    /// <summary>The trigger that partitions made later take from their parent.</summary>
    public static Identifier FreezeRows { get; } = new("freshtrack_freeze_rows");

    /// <summary>The session that may write to a frozen source.</summary>
    public static TableName Pass { get; } = new(Freeze.Name, "pass");

    /// <summary>Rights that the freeze revoked, to be granted again.</summary>
    public static TableName Revoked { get; } = new(Freeze.Name, "revoked");

    /// <summary>The schema of a move on the target.</summary>
    public static Identifier Move { get; } = new("migration");

    /// <summary>Parts that are imported.</summary>
    public static TableName Ledger { get; } = new(Move.Name, "ledger");

    /// <summary>Keys, indexes and triggers that are off while rows come in.</summary>
    public static TableName Dropped { get; } = new(Move.Name, "deferred");

    /// <summary>Who became whom.</summary>
    public static TableName UserMap { get; } = new(Move.Name, "user_map");

    /// <summary>Partitions that a run created.</summary>
    public static TableName Created { get; } = new(Move.Name, "created");
}
