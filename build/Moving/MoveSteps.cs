using System.Diagnostics;
using System.Text;
using FreshTrack.Migration;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.Build.Moving;

/// <param name="Options">Name the run.</param>
internal sealed record PendingMove(ResolvedPlan Plan, MoveOptions Options);

internal sealed record ExportedMove(Manifest Manifest, MoveSummary Summary);

/// <summary>The steps of a move, as Export, Import and Migrate put them together.</summary>
internal static class MoveSteps
{
    /// <summary>A new run begins with preflight; one that goes on has it behind it, and some of its rows may be in the
    /// target already.</summary>
    public static async Task<PendingMove> BeginAsync(MoveSession session)
    {
        var earlier = await session.EarlierRunAsync();
        var options = session.Begin(earlier);
        var plan = earlier is null ? await session.PreflightAsync() : await session.ResolveAsync();
        await session.FreezeAsync();
        return new PendingMove(plan, options);
    }

    public static async Task<ExportedMove> ExportAsync(
        MoveSession session,
        PendingMove move,
        CancellationToken cancellationToken
    )
    {
        var watch = Stopwatch.StartNew();
        var manifest = await session.ShowAsync(
            "Export",
            progress => session.Migrator.ExportAsync(move.Plan, move.Options, progress, cancellationToken),
            manifest =>
                $"{manifest.Rows:N0} rows in {manifest.Parts.Count} parts, "
                + $"{manifest.Parts.Sum(part => part.RawBytes) / 1e6:N1} MB as "
                + $"{manifest.Parts.Sum(part => part.Bytes) / 1e6:N1} MB"
        );
        await session.WriteTextAsync("manifest.json", Encoding.UTF8.GetString(manifest.ToJson()));
        var summary = new MoveSummary(
            manifest.RunId,
            manifest.Rows,
            Imported: 0,
            manifest.Parts.Count,
            manifest.Parts.Sum(part => part.RawBytes),
            manifest.Parts.Sum(part => part.Bytes),
            watch.Elapsed.TotalSeconds,
            UsersSeconds: 0,
            ImportSeconds: 0,
            Process.GetCurrentProcess().PeakWorkingSet64
        );
        await session.WriteAsync("move", summary);
        return new ExportedMove(manifest, summary);
    }

    public static async Task ImportAsync(
        MoveSession session,
        PendingMove move,
        ExportedMove exported,
        CancellationToken cancellationToken
    )
    {
        var watch = Stopwatch.StartNew();
        var users = await session.ShowAsync(
            "Users",
            progress => session.Migrator.MapUsersAsync(move.Plan, move.Options, progress, cancellationToken),
            users => $"{users.Users} mapped, {users.Created} of them created without a password"
        );
        var mapped = watch.Elapsed;
        var import = await session.ShowAsync(
            "Import",
            progress =>
                session.Migrator.ImportAsync(move.Plan, exported.Manifest, move.Options, progress, cancellationToken),
            import =>
                $"{import.Rows:N0} rows from {import.Parts} "
                + $"parts{(import.Skipped > 0 ? $", {import.Skipped} parts were there already" : "")}; "
                + "indexes and keys are back, and the source is unchanged"
        );
        var summary = exported.Summary with
        {
            Imported = import.Rows,
            UsersSeconds = mapped.TotalSeconds,
            ImportSeconds = (watch.Elapsed - mapped).TotalSeconds,
            PeakMemoryBytes = Process.GetCurrentProcess().PeakWorkingSet64,
        };
        await session.WriteAsync("move", summary);
        session.Screen.Note(
            $"run {summary.RunId}: {summary.Rows:N0} rows in {summary.Seconds:N1} s, peak memory "
                + $"{summary.PeakMemoryBytes / 1e6:N0} MB"
        );
        if (users.Users > 0)
        {
            session.Screen.Note(
                $"{users.Users} users have no password in Stack Auth yet: migration.user_map in the target "
                    + "lists whom to send a reset"
            );
        }
    }

    public static Task UnfreezeAsync(MoveSession session, CancellationToken cancellationToken) =>
        session.Screen.ShowAsync(
            "Unfreeze",
            _ =>
                session.IsDry
                    ? Task.FromResult<IReadOnlyList<string>>([])
                    : new Freeze(session.Servers.Source, session.Plan, TimeProvider.System).LiftAsync(
                        cancellationToken
                    ),
            denied =>
                session.IsDry ? "would open the source for writing again"
                : denied.Count == 0 ? "the source takes writes again"
                : $"the source takes writes again; not permitted: {string.Join("; ", denied)}"
        );
}
