namespace FreshTrack.Plan;

/// <summary>The plan file as it was written: which source tables and columns go where, and what is left behind on
/// purpose.</summary>
public sealed record MigrationPlan(IReadOnlyList<TablePlan> Tables, IReadOnlyList<TableName> Leave)
{
    /// <summary>Lower-case hex SHA-256 of the file's bytes: what a rehearsal and its cutover must share.</summary>
    public required string Hash { get; init; }

    public IReadOnlyList<TablePlan> Tables { get; } = Tables;

    public IReadOnlyList<PlanCheck> Checks { get; init; } = [];

    /// <summary>The tables of the target that the plan fills, in the order in which it first names them.</summary>
    public IReadOnlyList<TargetPlan> Targets { get; } = TargetPlan.AllOf(Tables);
}

/// <summary>One table of the plan file. Property names are the file's keys.</summary>
public sealed record TablePlan(TableName Source, TableName Target)
{
    /// <summary>Target column → SQL expression over the source row. Columns of equal names need no entry.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>Target columns that hold a user id and go through the user map.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>Source columns left behind on purpose.</summary>
    public IReadOnlyList<string> Leave { get; init; } = [];

    /// <summary>Rows that move; every check compares the same rows.</summary>
    public string? Where { get; init; }

    /// <summary>Target columns that identify a row; empty means the target's primary key.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Target columns whose values are never shown.</summary>
    public IReadOnlyList<string> Secret { get; init; } = [];

    /// <summary>For rollback: source column → expression over the target row, where it is more than a name.</summary>
    public IReadOnlyDictionary<string, string> Reverse { get; init; } = new Dictionary<string, string>();

    public bool MayBeEmpty { get; init; }

    /// <summary>Target expressions by which rows are counted besides the total.</summary>
    public IReadOnlyList<string> CountBy { get; init; } = [];

    public ChainPlan? Chain { get; init; }

    /// <summary>What is counted at the cutover point; null for nothing.</summary>
    public TallyPlan? Tally { get; init; }

    /// <summary>Line of the plan file on which the table starts, for messages.</summary>
    public int Line { get; init; }
}

/// <summary>A hash chain to walk again; every name is a target column, <paramref name="Over"/> an SQL expression over
/// the target row.</summary>
public sealed record ChainPlan(string By, string Previous, string Hash, string Over);

/// <summary>Rows of the source, counted by group, with the newest time of each.</summary>
/// <param name="By">SQL expression over the source row.</param>
/// <param name="Newest">SQL expression over the source row: a time.</param>
/// <param name="Of">A SELECT over the source that says which group each value of <paramref name="By"/> belongs to, in
/// two columns; null where the value is the group.</param>
public sealed record TallyPlan(string By, string Newest, string? Of);
