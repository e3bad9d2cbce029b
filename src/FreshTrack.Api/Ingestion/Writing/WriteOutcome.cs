using System.Text.Json;
using System.Text.Json.Serialization;

namespace FreshTrack.Api.Ingestion;

/// <summary>What became of the readings of one request: all of them are stored, or none.</summary>
internal abstract record WriteOutcome
{
    private WriteOutcome() { }

    /// <summary>Committed, now or by an earlier delivery of the same readings; in the request's order.</summary>
    public sealed record Stored(IReadOnlyList<StoredReading> Readings) : WriteOutcome;

    /// <summary>Entries that contradict what is stored, or correct what cannot be corrected.</summary>
    public sealed record Rejected(bool IsConflict, IReadOnlyList<RejectedEntry> Entries) : WriteOutcome;

    /// <summary>The database refused them: a unit or sensor has gone, or a value that it cannot hold.</summary>
    public sealed record Refused : WriteOutcome;
}

/// <param name="Id">Of the row that holds it, whichever delivery wrote it.</param>
/// <param name="IsNew">This request wrote it.</param>
/// <param name="IsConflict">Another reading of the same identity holds other values.</param>
internal sealed record StoredReading(Guid Id, bool IsNew, bool IsConflict);

/// <summary>Why an entry of a bulk request is not stored.</summary>
/// <param name="Index">Of the entry, from 0.</param>
/// <param name="Field">The field that the reason is about.</param>
/// <param name="Reason"><c>CONFLICT</c>, <c>NOT_FOUND</c> or <c>ALREADY_SUPERSEDED</c>.</param>
/// <param name="Stored">The field's value in the reading that is stored.</param>
/// <param name="Sent">The field's value in the entry, as it would be stored.</param>
/// <param name="ReadingId">The reading that is stored.</param>
internal sealed record RejectedEntry(
    int Index,
    string Field,
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Stored = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Sent = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? ReadingId = null
)
{
    public const string Conflict = "CONFLICT";
    public const string NotFound = "NOT_FOUND";
    public const string AlreadySuperseded = "ALREADY_SUPERSEDED";
}
