using System.Security.Cryptography;
using System.Text;
using CliWrap;
using FreshTrack.Cutover.Processes;
using FreshTrack.Migration;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Snapshots;

/// <summary>Reads a stored archive; no byte of it is passed on that is not the one in its list.</summary>
public sealed class SnapshotReader(ObjectStore store, Snapshot snapshot)
{
    /// <summary>The archive of a run that is whole.</summary>
    /// <returns>Null where the run has none.</returns>
    /// <exception cref="RefusedException">Its list cannot be read.</exception>
    public static async Task<SnapshotReader?> FindAsync(
        ObjectStore store,
        string runId,
        CancellationToken cancellationToken
    ) =>
        await store.ReadAsync(Snapshot.KeyOf(runId), cancellationToken) is { } list
            ? new SnapshotReader(store, Snapshot.FromJson(list, Snapshot.KeyOf(runId)))
            : null;

    /// <summary>Writes the archive as pg_dump wrote it, for pg_restore to read.</summary>
    /// <exception cref="MigrationException">An object is missing or is not what the list says; it is named.</exception>
    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in snapshot.Objects)
        {
            var content = await ReadAsync(part, cancellationToken);
            whole.AppendData(content);
            await destination.WriteAsync(content, cancellationToken);
        }

        if (Convert.ToHexStringLower(whole.GetCurrentHash()) != snapshot.Sha256)
        {
            throw new MigrationException(
                $"The archive of run '{snapshot.RunId}' is not what pg_dump wrote, though each of its objects is: the "
                    + "list is wrong. Take the snapshot again."
            );
        }
    }

    /// <summary>Reads all of it and keeps nothing.</summary>
    /// <inheritdoc cref="CopyToAsync"/>
    public Task VerifyAsync(CancellationToken cancellationToken) => CopyToAsync(Stream.Null, cancellationToken);

    /// <summary>The archive's table of contents, as pg_restore lists it.</summary>
    /// <exception cref="MigrationException">pg_restore cannot read the archive.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(PostgresPrograms programs, CancellationToken cancellationToken)
    {
        var (contents, errors) = (new StringBuilder(), new LastLine(PostgresPrograms.Error));
        // The contents stand at the beginning, and pg_restore ends when it has read them.
        var code = await programs
            .ReadArchive("--list")
            .WithStandardInputPipe(PipeSource.Create(CopyWhileReadAsync))
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(contents))
            .WithStandardErrorPipe(errors.Pipe)
            .RunAsync(cancellationToken);
        return code == 0
            ?
            [
                .. contents
                    .ToString()
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Where(line => !line.StartsWith(';')),
            ]
            : throw new MigrationException(
                $"pg_restore cannot read the archive of run '{snapshot.RunId}' (exit code {code}): {errors.Text}. Take "
                    + "the snapshot again."
            );
    }

    private async Task CopyWhileReadAsync(Stream destination, CancellationToken ended)
    {
        try
        {
            await CopyToAsync(destination, ended);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The program has read what it wanted.
        }
    }

    private async Task<byte[]> ReadAsync(SnapshotObject part, CancellationToken cancellationToken)
    {
        var content = await store.ReadAsync(part.Key, cancellationToken);
        return content?.LongLength == part.Bytes && Convert.ToHexStringLower(SHA256.HashData(content)) == part.Sha256
            ? content
            : throw new MigrationException(
                $"The object '{part.Key}' {(content is null ? "is missing" : "is not what was written")}: expected "
                    + $"{part.Bytes:N0} bytes with SHA-256 {part.Sha256}. Take the snapshot again."
            );
    }
}
