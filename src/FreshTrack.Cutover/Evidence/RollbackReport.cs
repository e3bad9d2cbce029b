namespace FreshTrack.Cutover.Evidence;

/// <summary>Which way back was taken.</summary>
public enum RollbackWay
{
    /// <summary>Traffic had not moved: steps were taken back, and no difference was computed.</summary>
    Undo,

    /// <summary>Traffic had moved: the difference flowed back into the source.</summary>
    Return,

    /// <summary>The target is gone: what was written there is lost.</summary>
    Loss,
}

/// <summary>What a rollback did: the content of <c>rollback.json</c>. Users are named by id, keys of secret columns are
/// masked.</summary>
public sealed record RollbackReport(RollbackWay Way, string RunId, DateTimeOffset StartedAt)
{
    /// <summary>From the first step until the file was written last.</summary>
    public double Seconds { get; init; }

    public IReadOnlyList<ReturnedTable> Tables { get; init; } = [];

    /// <summary>Users who were created in the source because they had signed up on the new side. They have no password
    /// there: each must reset it.</summary>
    public IReadOnlyList<ReturnedUser> UsersCreated { get; init; } = [];

    /// <summary>Users, by the source's id, who were deleted on the new side. They are barred from signing in, and stay
    /// until somebody deletes them.</summary>
    public IReadOnlyList<Guid> UsersBarred { get; init; } = [];

    /// <summary>Users, by the source's id, whose address was changed on the new side, and now here as well.</summary>
    public IReadOnlyList<Guid> UsersReaddressed { get; init; } = [];

    public IReadOnlyList<NotReturned> NotReturned { get; init; } = [];

    /// <summary>Rows in which the two sides still differ, by table; null until they were compared again.</summary>
    public IReadOnlyList<TableRows>? Repeated { get; init; }

    /// <summary>Null unless the target is gone.</summary>
    public LostData? Lost { get; init; }

    /// <summary>The rows of all tables together.</summary>
    public RowCounts Total(Func<ReturnedTable, RowCounts> rows) =>
        Tables.Select(rows).Aggregate(RowCounts.None, (sum, next) => sum.Plus(next));
}

/// <param name="Source">Table of the source that rows flow back into.</param>
/// <param name="Found">Rows that differed; of those, what <paramref name="Written"/> counts has been written.</param>
public sealed record ReturnedTable(string Source, string Target, RowCounts Found, RowCounts Written)
{
    /// <summary>Keys of rows to delete, the first of them.</summary>
    public IReadOnlyList<string> Deletes { get; init; } = [];
}

public sealed record RowCounts(long Inserted, long Updated, long Deleted)
{
    public static RowCounts None { get; } = new(0, 0, 0);

    public long Total => Inserted + Updated + Deleted;

    public RowCounts Plus(RowCounts other) =>
        new(Inserted + other.Inserted, Updated + other.Updated, Deleted + other.Deleted);
}

/// <param name="Id">In the source.</param>
/// <param name="TargetId">On the new side.</param>
public sealed record ReturnedUser(Guid Id, Guid TargetId);

/// <param name="Subject">Table, or table and column.</param>
/// <param name="Rows">Rows that differ; null where it is not known.</param>
public sealed record NotReturned(string Subject, string Reason, long? Rows);

public sealed record TableRows(string Table, long Rows);

/// <param name="Since">The moment of the source that is left: the freeze, else the start of the export; null when
/// nothing says it.</param>
/// <param name="Export">Key of the last export's manifest in the object store.</param>
/// <param name="Archive">Where the archive of the final snapshot is.</param>
public sealed record LostData(DateTimeOffset? Since, string? Export, string? Archive);
