using Npgsql;

namespace FreshTrack.Plan;

/// <summary>What a database's catalog says about its tables, leaving out the system's own and those that belong to
/// extensions.</summary>
/// <param name="Enums">Labels in order, by type as <c>format_type</c> prints it.</param>
public sealed record Catalog(
    IReadOnlyDictionary<TableName, CatalogTable> Tables,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Enums
)
{
    /// <summary>Schemas of the engine itself: the ledger on the target, the freeze on the source, the mark of a stage,
    /// whose turn it is.</summary>
    public static readonly IReadOnlyList<string> OwnSchemas =
    [
        "migration",
        "freshtrack_freeze",
        "freshtrack_stage",
        "freshtrack_cutover",
    ];

    /// <summary>By type as <c>format_type</c> prints it.</summary>
    public IReadOnlyDictionary<string, CatalogDomain> Domains { get; init; } = new Dictionary<string, CatalogDomain>();

    public IReadOnlyList<CatalogSequence> Sequences { get; init; } = [];

    /// <summary>Reads the catalog in one snapshot, with an empty search path so that every name comes
    /// qualified.</summary>
    public static Task<Catalog> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        CatalogReader.ReadAsync(database, cancellationToken);

    /// <summary>Reads the catalog in a session's transaction, and leaves an empty search path there.</summary>
    public static Task<Catalog> ReadAsync(ISqlSession session, CancellationToken cancellationToken) =>
        CatalogReader.ReadAsync(session, cancellationToken);
}

public enum RelationKind
{
    Table,
    Partitioned,
    View,
    Foreign,
}

/// <param name="Rows">The planner's estimate; null when the table was never analyzed.</param>
/// <param name="Bytes">Size of the heap, without indexes and TOAST; 0 for views and partitioned parents.</param>
public sealed record CatalogTable(TableName Name, RelationKind Kind, long Pages, long? Rows, long Bytes)
{
    public IReadOnlyList<CatalogColumn> Columns { get; init; } = [];

    public IReadOnlyList<string> PrimaryKey { get; init; } = [];

    /// <summary>Columns of each UNIQUE constraint.</summary>
    public IReadOnlyList<IReadOnlyList<string>> UniqueKeys { get; init; } = [];

    public IReadOnlyList<CatalogConstraint> ForeignKeys { get; init; } = [];

    public IReadOnlyList<CatalogConstraint> Checks { get; init; } = [];

    public IReadOnlyList<CatalogConstraint> Exclusions { get; init; } = [];

    public IReadOnlyList<CatalogIndex> Indexes { get; init; } = [];

    /// <summary>The partitions that hold rows, at whatever depth; empty for all but partitioned tables.</summary>
    public IReadOnlyList<CatalogTable> Leaves { get; init; } = [];

    public TableName? PartitionOf { get; init; }

    /// <summary>The column by whose range the table is partitioned; null when not by range or not by one plain
    /// column.</summary>
    public string? RangeColumn { get; init; }

    public CatalogColumn? Column(string name) => Columns.FirstOrDefault(column => column.Name == name);
}

/// <param name="Definition">As <c>pg_get_constraintdef</c> prints it.</param>
/// <param name="References">The table that a foreign key points at.</param>
public sealed record CatalogConstraint(
    string Name,
    string Definition,
    bool IsValidated,
    IReadOnlyList<string> Columns,
    TableName? References
)
{
    /// <summary>The condition of a CHECK; null for others.</summary>
    public string? Expression { get; init; }

    /// <summary>What a foreign key's columns point at, in their order; empty for others.</summary>
    public IReadOnlyList<string> ReferencedColumns { get; init; } = [];

    public bool IsMatchFull { get; init; }

    /// <summary>Derived from a constraint of the partitioned parent, on either side.</summary>
    public bool IsInherited { get; init; }

    public bool IsEnforced { get; init; } = true;
}

/// <param name="Definition">As <c>pg_get_indexdef</c> prints it.</param>
public sealed record CatalogIndex(string Name, string Definition, bool IsUnique, bool BacksConstraint)
{
    /// <summary>SQL of each key, without the columns that are only included.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>The column of each key; empty where the key is an expression.</summary>
    public IReadOnlyList<string> KeyColumns { get; init; } = [];

    /// <summary>The condition of a partial index; null for others.</summary>
    public string? Predicate { get; init; }

    public bool NullsNotDistinct { get; init; }

    public bool IsValid { get; init; } = true;
}

/// <param name="Base">The type that it comes down to, with length or scale.</param>
/// <param name="Checks">Conditions over <c>VALUE</c>, those of the domains below included.</param>
public sealed record CatalogDomain(string Type, string Base, bool NotNull, IReadOnlyList<string> Checks);

/// <param name="Table">The table of the serial or identity column that owns it; null for none.</param>
/// <param name="IsUsed">A column's default takes its values.</param>
public sealed record CatalogSequence(TableName Name, TableName? Table, string? Column, long Min, long Max, bool IsUsed);
