namespace FreshTrack.Plan;

/// <summary>The plan held against both catalogs: for every table, exactly which columns move, from which expression, as
/// which type.</summary>
public sealed record ResolvedPlan(MigrationPlan Plan, IReadOnlyList<TableProjection> Tables)
{
    /// <summary>Where Supabase Auth keeps its users: the identities that the user map is a bijection over.</summary>
    public static readonly TableName AuthUsers = new("auth", "users");

    /// <summary>One for each source table and target; a target may have several.</summary>
    public IReadOnlyList<TableProjection> Tables { get; } = Tables;

    /// <summary>The tables of the target that the plan fills, each with all of its entries.</summary>
    public IReadOnlyList<TargetTable> Targets { get; } = TargetTable.AllOf(Tables);

    /// <summary>The table that <see cref="AuthUsers"/> moves into; null when the plan moves no users.</summary>
    public TableProjection? Users => Tables.FirstOrDefault(table => table.Source == AuthUsers);

    /// <summary>Null when the plan does not fill the table.</summary>
    public TargetTable? FindTarget(TableName name) => Targets.FirstOrDefault(table => table.Name == name);
}

/// <param name="Key">Target columns that identify a row; empty when the table has no key at all.</param>
public sealed record TableProjection(TablePlan Plan, IReadOnlyList<ColumnProjection> Columns, IReadOnlyList<string> Key)
{
    public TableName Source => Plan.Source;

    public TableName Target => Plan.Target;

    /// <summary>The target column by whose range the target is partitioned; null when it is not.</summary>
    public string? RangeColumn { get; init; }
}

/// <param name="Target">Target column.</param>
/// <param name="Type">The target column's type as <c>format_type</c> prints it: <c>numeric(5,2)</c>,
/// <c>public.alert_type</c>.</param>
/// <param name="TransportType">What travels: the type without length or scale, a domain's base type, text for
/// enums.</param>
/// <param name="Expression">SQL over the source row, not yet cast.</param>
/// <param name="SourceType">Type of the source column when the expression is a plain column; null otherwise.</param>
/// <param name="IsUser">Holds a user id and goes through the user map.</param>
/// <param name="IsSecret">Its values are never shown.</param>
public sealed record ColumnProjection(
    string Target,
    string Type,
    string TransportType,
    Sql Expression,
    string? SourceType,
    bool IsUser,
    bool IsSecret
)
{
    /// <summary>Binary COPY cannot read the transport type into the target column; the import casts it.</summary>
    public bool NeedsCast { get; init; }

    /// <summary>The target takes no NULL, and the source may hold one.</summary>
    public bool MayMissValue { get; init; }

    /// <summary>What the types alone say could be lost, in words; null when every value fits or only the data can
    /// tell.</summary>
    public string? Narrowing { get; init; }

    /// <summary>The labels of the target's enum; null for other types.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>What travels: the expression, cast to the transport type.</summary>
    public Sql Transport => Sql.Format($"({Expression})::{Sql.Expression(TransportType)}");
}
