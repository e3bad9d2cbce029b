using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>Holds a move to one state of its source: what is not frozen may change behind its back, and what has
/// changed would be lost.</summary>
public static class SourceGuard
{
    private const int Shown = 3;

    /// <returns>The state of the frozen source.</returns>
    /// <exception cref="RefusedException">A table of the plan takes writes.</exception>
    public static async Task<SourceState> FrozenAsync(
        NpgsqlDataSource source,
        MigrationPlan plan,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await Sessions.OpenAsync(source, "freshtrack-guard", cancellationToken);
        var state = await SourceState.ReadAsync(
            connection,
            await SourceState.TablesAsync(source, plan, cancellationToken),
            cancellationToken
        );
        var open = state.Open.ToList();
        var more = open.Count > Shown ? $" and {open.Count - Shown} more" : "";
        return open.Count == 0
            ? state
            : throw new RefusedException(
                $"The source is not frozen: {string.Join(", ", open.Take(Shown))}{more} "
                    + $"of {state.Tables.Count} tables still take writes, which would be lost. Freeze it "
                    + "first (--freeze)."
            );
    }

    /// <summary>Asks the source again whether it is frozen and still what was exported.</summary>
    /// <exception cref="RefusedException">A table takes writes, or rows were written since.</exception>
    public static async Task RefuseChangesAsync(
        NpgsqlDataSource source,
        MigrationPlan plan,
        Manifest exported,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var now = await Retry.RunAsync(stop => FrozenAsync(source, plan, stop), time, cancellationToken);
        RefuseChanges(exported.RunId, exported.Source, now);
    }

    /// <exception cref="RefusedException">Rows were written between the two states, or nothing proves that they were
    /// not.</exception>
    public static void RefuseChanges(string runId, SourceState before, SourceState now)
    {
        var changes = now.ChangesSince(before).ToList();
        if (changes.Count > 0)
        {
            throw new RefusedException(
                $"The source is no longer as it was when run '{runId}' began: "
                    + $"{string.Join("; ", changes.Take(Shown))}. What was exported lacks those writes: begin "
                    + "again with --restart."
            );
        }
    }
}
