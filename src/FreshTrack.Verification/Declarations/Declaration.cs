namespace FreshTrack.Verification.Declarations;

public enum DeclarationKind
{
    Constraint,
    Index,
    Trigger,
    Sequence,
}

/// <summary>A constraint, index, trigger or sequence as a database declares it.</summary>
/// <param name="Table">The table or partition; of a sequence its schema.</param>
/// <param name="Definition">As PostgreSQL prints it, with what the kind alone says: who owns a sequence, in which
/// sessions a trigger fires.</param>
public sealed record Declaration(DeclarationKind Kind, string Table, string Name, string Definition)
{
    /// <summary>The object of the parent table that a partition has this one from; null for one of its own.</summary>
    public string? Inherits { get; init; }

    /// <summary>Why it does not do what it declares: <c>invalid</c>, <c>not validated</c>, <c>deferred</c>,
    /// <c>disabled</c>, <c>not owned</c>, <c>behind</c>.</summary>
    public IReadOnlyList<string> Flaws { get; init; } = [];

    /// <summary><c>index public.units.units_name_idx</c>.</summary>
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()} {Table}.{Name}";
}
