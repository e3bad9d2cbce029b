namespace FreshTrack.Plan;

/// <summary>The plan held against both catalogs: for every table, exactly which columns move, from which expression, as which type.</summary>
public sealed record ResolvedPlan(MigrationPlan Plan, IReadOnlyList<TableProjection> Tables);

/// <param name="Key">Target columns that identify a row; empty when the table has no key at all.</param>
public sealed record TableProjection(TablePlan Plan, IReadOnlyList<ColumnProjection> Columns, IReadOnlyList<string> Key)
{
    public TableName Source => Plan.Source;

    public TableName Target => Plan.Target;
}

/// <param name="Target">Target column.</param>
/// <param name="Type">The target column's type as <c>format_type</c> prints it: <c>numeric(5,2)</c>, <c>public.alert_type</c>.</param>
/// <param name="TransportType">What travels: the type without length or scale, a domain's base type, text for enums.</param>
/// <param name="Expression">SQL over the source row, not yet cast.</param>
/// <param name="SourceType">Type of the source column when the expression is a plain column; null otherwise.</param>
/// <param name="IsUser">Holds a user id and goes through the user map.</param>
/// <param name="IsSecret">Its values are never shown.</param>
public sealed record ColumnProjection(string Target, string Type, string TransportType, Sql Expression, string? SourceType, bool IsUser, bool IsSecret);
