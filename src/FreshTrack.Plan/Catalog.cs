using Npgsql;

namespace FreshTrack.Plan;

/// <summary>What a database's catalog says about its tables, leaving out the system's own and those that belong to extensions.</summary>
/// <param name="Enums">Labels in order, by type as <c>format_type</c> prints it.</param>
public sealed record Catalog(IReadOnlyDictionary<TableName, CatalogTable> Tables, IReadOnlyDictionary<string, IReadOnlyList<string>> Enums)
{
    /// <summary>Schemas of the engine itself: the ledger on the target, the freeze on the source.</summary>
    public static readonly IReadOnlyList<string> OwnSchemas = ["migration", "freshtrack_freeze"];

    /// <summary>Reads the catalog in one snapshot, with an empty search path so that every name comes qualified.</summary>
    public static Task<Catalog> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        CatalogReader.ReadAsync(database, cancellationToken);
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

    public IReadOnlyList<CatalogIndex> Indexes { get; init; } = [];

    /// <summary>The partitions that hold rows, at whatever depth; empty for all but partitioned tables.</summary>
    public IReadOnlyList<CatalogTable> Leaves { get; init; } = [];

    public TableName? PartitionOf { get; init; }

    /// <summary>The column by whose range the table is partitioned; null when not by range or not by one plain column.</summary>
    public string? RangeColumn { get; init; }

    public CatalogColumn? Column(string name) => Columns.FirstOrDefault(column => column.Name == name);
}

/// <param name="Type">As <c>format_type</c> prints it with an empty search path.</param>
/// <param name="TransportType">The type without modifier, a domain's base, text for enums: what a binary COPY carries.</param>
/// <param name="NeedsCast">Binary COPY cannot read the transport type into such a column; a cast must follow.</param>
public sealed record CatalogColumn(string Name, string Type, string TransportType, bool NeedsCast)
{
    public bool IsEnum { get; init; }

    public bool NotNull { get; init; }

    /// <summary>Its SQL; null for none.</summary>
    public string? Default { get; init; }

    public bool IsGenerated { get; init; }

    public bool IsIdentity { get; init; }

    /// <summary>A sequence gives it the values that an INSERT leaves out.</summary>
    public bool NumbersItself => IsIdentity || Default?.StartsWith("nextval(", StringComparison.Ordinal) == true;

    /// <summary>May be left out of an INSERT.</summary>
    public bool FillsItself => !NotNull || Default is not null || IsGenerated || IsIdentity;
}

/// <param name="Definition">As <c>pg_get_constraintdef</c> prints it.</param>
/// <param name="References">The table that a foreign key points at.</param>
public sealed record CatalogConstraint(string Name, string Definition, bool IsValidated, IReadOnlyList<string> Columns, TableName? References);

/// <param name="Definition">As <c>pg_get_indexdef</c> prints it.</param>
public sealed record CatalogIndex(string Name, string Definition, bool IsUnique, bool BacksConstraint);
