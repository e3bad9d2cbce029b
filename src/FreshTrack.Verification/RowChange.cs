namespace FreshTrack.Verification;

/// <summary>One differing row with all of its values, secrets included: never to be logged. As text it names kind,
/// table and columns only.</summary>
/// <param name="Key">Columns of the target that identify the row.</param>
/// <param name="Changed">Columns in which the two sides differ; none for a missing or extra row.</param>
/// <param name="Source">What the plan makes of the source's row, by target column, as PostgreSQL prints it; null when
/// the source has no such row.</param>
/// <param name="Target">What the target holds, user ids mapped back to the source's; null when it has no such
/// row.</param>
public sealed record RowChange(
    DifferenceKind Kind,
    TableName Table,
    IReadOnlyList<string> Key,
    IReadOnlyList<string> Changed,
    IReadOnlyDictionary<string, string?>? Source,
    IReadOnlyDictionary<string, string?>? Target
)
{
    public override string ToString() => $"{Kind} in {Table}: {string.Join(", ", Changed)}";
}
