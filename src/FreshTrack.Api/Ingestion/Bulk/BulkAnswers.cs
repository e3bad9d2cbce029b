using System.Text.Json.Serialization;

namespace FreshTrack.Api.Ingestion;

/// <summary>The answer to a bulk request; ids in the order of the readings, one id for equal readings.</summary>
/// <param name="Remarks">Entries that were not stored just as they were sent; null when all were.</param>
internal sealed record BulkAnswer(
    bool Success,
    int InsertedCount,
    IReadOnlyList<Guid> ReadingIds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<EntryRemark>? Remarks = null
);

/// <param name="Index">Of the entry, from 0.</param>
/// <param name="Reason"><c>TIME_CLAMPED</c>.</param>
/// <param name="RecordedAt">The time that is stored.</param>
internal sealed record EntryRemark(int Index, string Reason, DateTime RecordedAt);

/// <summary>The answer to a bulk request whose entries cannot be stored beside what is stored.</summary>
internal sealed record RejectedBulk(ApiError Error, IReadOnlyList<RejectedEntry> Entries);
