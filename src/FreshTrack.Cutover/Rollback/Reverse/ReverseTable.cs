using FreshTrack.Plan;

namespace FreshTrack.Cutover.Rollback;

/// <summary>One entry of the plan read backwards: which columns of the source a row of the target fills.</summary>
public sealed record ReverseTable(TableProjection Entry, CatalogTable SourceTable, CatalogTable TargetTable)
{
    public TableName Source => Entry.Source;

    public TableName Target => Entry.Target;

    /// <summary>Rows are the users that Supabase Auth creates.</summary>
    public bool IsUsers => Source == ResolvedPlan.AuthUsers;

    public IReadOnlyList<ReverseColumn> Columns { get; init; } = [];

    /// <summary>By which a row is found, in the order of the plan's key.</summary>
    public IReadOnlyList<ReverseKey> Key { get; init; } = [];

    /// <summary>Columns of the source that nothing fills: a changed row keeps them, a new one gets their
    /// default.</summary>
    public IReadOnlyList<CatalogColumn> Kept { get; init; } = [];

    /// <summary>Those of <see cref="Kept"/> that the plan does take, through an expression without a way
    /// back.</summary>
    public IReadOnlyList<string> Unreversed { get; init; } = [];

    /// <summary>Why no row of it can go back; null when they can.</summary>
    public string? Obstacle { get; init; }

    /// <summary>A column of the source takes no UPDATE, so that a changed row is deleted and inserted again.</summary>
    public bool RewritesRows => Columns.Any(column => column.Column.IsIdentity && !IsKey(column.Name));

    public bool IsKey(string column) => Key.Any(key => key.Source.Name == column);

    public int IndexOf(ReverseKey key) => Columns.Index().First(item => item.Item.Name == key.Source.Name).Index;
}
