using FreshTrack.Verification.Contents;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Rules;

/// <summary>
/// Columns that the plan marks secret (encrypted values, keys) hold the source's bytes, row by row: what was decrypted,
/// re-encoded or trimmed on the way
/// cannot be read any more. Their contents by the table's key, so that a verdict on secrets stands by itself; the
/// values are never shown.
/// </summary>
internal sealed class EncryptedColumnsCheck(TargetTable table) : ICheck
{
    private readonly ContentsCheck contents = new(SecretsOf(table));

    public string Name => CheckNames.EncryptedColumns;

    public string Subject => table.Name.ToString();

    public static IEnumerable<ICheck> For(ResolvedPlan plan) =>
        plan.Targets.Where(table => table.Secret.Count > 0).Select(table => new EncryptedColumnsCheck(table));

    public Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken) =>
        contents.RunAsync(sides, cancellationToken);

    /// <summary>The table with the key and the secret columns alone.</summary>
    private static TargetTable SecretsOf(TargetTable table)
    {
        var kept = table.Key.Union(table.Secret).ToHashSet();
        return new TargetTable(
            table.Plan,
            [
                .. table.Entries.Select(entry =>
                    entry with
                    {
                        Columns = [.. entry.Columns.Where(column => kept.Contains(column.Target))],
                    }
                ),
            ]
        );
    }
}
