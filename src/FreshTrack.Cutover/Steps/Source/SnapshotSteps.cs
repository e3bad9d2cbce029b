using CliWrap;
using FreshTrack.Cutover.Processes;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Snapshots;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>The last archive of the source, for whoever needs a table that did not move, or the source
/// itself.</summary>
public static class SnapshotSteps
{
    private const int ObjectBytes = 32 * 1024 * 1024;
    private const int Shown = 5;

    private static readonly Sql Where = new(
        "select pg_current_wal_insert_lsn()::text, clock_timestamp(), current_setting('server_version'), "
            + "current_setting('server_version_num')::int"
    );

    private static readonly Sql EndEarlier = Sql.Format(
        $"""
        select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where application_name = {Sql.Literal(ConnectionVariables.Session)} and usename = current_user
          and datname = current_database() and pid <> pg_backend_pid()
        """
    );

    /// <summary>pg_dump's custom format, cut into objects of 32 MB; read back, and its contents listed. What an earlier
    /// attempt of the run left is removed first.</summary>
    public static Task<StepResult> TakeAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) => TakeAsync(run, ObjectBytes, progress, cancellationToken);

    internal static async Task<StepResult> TakeAsync(
        RunContext run,
        int objectBytes,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var (source, store, runId) = (run.Environment.Source, run.Environment.ObjectStore, run.Evidence.RunId);
        await source.ExecuteAsync(EndEarlier, cancellationToken);
        var now = (
            await source.ListAsync(
                Where,
                row =>
                    (
                        Wal: row.GetString(0),
                        At: row.GetFieldValue<DateTimeOffset>(1),
                        Version: row.GetString(2),
                        Number: row.GetInt32(3)
                    ),
                cancellationToken
            )
        )[0];
        PostgresPrograms programs;
        try
        {
            programs = await PostgresPrograms.FindAsync(now.Number / 10_000, run.PostgresImage, cancellationToken);
        }
        catch (RefusedException refusal)
        {
            return new StepResult(Verdict.Fail, $"{refusal.Message} Or skip this step, with a reason");
        }

        await store.EnsureBucketAsync(cancellationToken);
        await RemoveAsync(store, runId, cancellationToken);
        var (writer, errors) = (
            new SnapshotWriter(store, runId, objectBytes, progress),
            new LastLine(PostgresPrograms.Error)
        );
        var code = await programs
            .Dump(run.Environment.SourceConnection, "--format=custom", "--compress=1", "--no-password")
            .WithStandardOutputPipe(PipeTarget.Create(writer.CopyFromAsync))
            .WithStandardErrorPipe(errors.Pipe)
            .RunAsync(cancellationToken);
        if (code != 0)
        {
            return new StepResult(
                Verdict.Fail,
                $"{programs.Version} of {programs.Where} ended with exit code {code}: {errors.Text}. Remove the cause "
                    + "and run the step again, or skip it, with a reason"
            );
        }

        var snapshot = new Snapshot(
            runId,
            now.At,
            now.Wal,
            now.Version,
            programs.Version,
            writer.Bytes,
            writer.Sha256,
            writer.Objects
        );
        progress.Report(new StepProgress("reading the archive back"));
        var reader = new SnapshotReader(store, snapshot);
        await reader.VerifyAsync(cancellationToken);
        var contents = await reader.ListAsync(programs, cancellationToken);
        if (await MissingAsync(run, contents, cancellationToken) is { Count: > 0 } missing)
        {
            return new StepResult(
                Verdict.Fail,
                $"the archive lacks the rows of {missing.Count} tables that move: "
                    + $"{string.Join(", ", missing.Take(Shown))}. See that the source's role may read them, and run "
                    + "the step again"
            );
        }

        await store.PutAsync(Snapshot.KeyOf(runId), snapshot.ToJson(), cancellationToken);
        return StepResult.Pass(
            $"{snapshot.Bytes / 1e6:N1} MB in {snapshot.Objects.Count} objects under {Snapshot.FolderOf(runId)}, read "
                + $"back, {contents.Count} entries; {programs.Version} of {programs.Where}",
            new SnapshotOutput(Snapshot.KeyOf(runId), snapshot.Wal, snapshot.Bytes, snapshot.Sha256)
        );
    }

    private static async Task RemoveAsync(ObjectStore store, string runId, CancellationToken cancellationToken)
    {
        // The list first: without it, what is left does not pass for an archive.
        await store.DeleteAsync(Snapshot.KeyOf(runId), cancellationToken);
        await foreach (var key in store.ListAsync(Snapshot.FolderOf(runId), cancellationToken))
        {
            await store.DeleteAsync(key, cancellationToken);
        }
    }

    private static async Task<List<string>> MissingAsync(
        RunContext run,
        IReadOnlyList<string> contents,
        CancellationToken cancellationToken
    )
    {
        var catalog = await Catalog.ReadAsync(run.Environment.Source, cancellationToken);
        return
        [
            .. run
                .Plan.Tables.Select(table => table.Source)
                .Append(ResolvedPlan.AuthUsers)
                .Distinct()
                .Where(catalog.Tables.ContainsKey)
                .SelectMany(name => WithRows(catalog.Tables[name]))
                .Where(name => !contents.Any(entry => entry.Contains($" TABLE DATA {name.Schema} {name.Name} ")))
                .Select(name => name.ToString()),
        ];
    }

    private static IEnumerable<TableName> WithRows(CatalogTable table) =>
        table.Kind switch
        {
            RelationKind.Table => [table.Name],
            RelationKind.Partitioned => table.Leaves.Select(leaf => leaf.Name),
            _ => [],
        };
}

/// <summary>What the snapshot leaves in the journal.</summary>
/// <param name="List">Key of the archive's list in the object store.</param>
/// <param name="Wal">Position in the source's write-ahead log before it was begun.</param>
/// <param name="Sha256">Over the whole archive.</param>
public sealed record SnapshotOutput(string List, string Wal, long Bytes, string Sha256);
