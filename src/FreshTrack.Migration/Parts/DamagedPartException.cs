namespace FreshTrack.Migration.Parts;

/// <summary>The object store has lost a part, or holds other bytes than were exported. Nothing of it was imported; an
/// export of the same run puts it back.</summary>
public sealed class DamagedPartException(string key, string message) : MigrationException(message)
{
    /// <summary>Of the part in the object store.</summary>
    public string Key { get; } = key;
}
