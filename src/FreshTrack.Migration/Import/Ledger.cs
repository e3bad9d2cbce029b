using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <summary>The engine's own tables on the target: what is imported, what has to be put back, and who became
/// whom.</summary>
internal static class Ledger
{
    private static readonly Sql Schema = Sql.Format(
        $"""
        create schema if not exists {OwnNames.Move};
        create table if not exists {OwnNames.Ledger} (
            run_id text not null,
            part_key text not null,
            target_table text not null,
            rows bigint not null,
            sha256 text not null,
            imported_at timestamptz not null,
            primary key (run_id, part_key));
        create table if not exists {OwnNames.Dropped} (
            id bigint generated always as identity primary key,
            step int not null,
            target_table text not null,
            name text not null,
            definition text not null,
            unique (step, target_table, name));
        create table if not exists {OwnNames.UserMap} (
            source_id uuid primary key,
            target_id uuid not null unique,
            email text not null,
            created_at timestamptz not null,
            retain_until timestamptz not null,
            run_id text not null);
        create table if not exists {OwnNames.Created} (
            run_id text not null,
            schema_name text not null,
            name text not null,
            primary key (run_id, schema_name, name));
        """
    );

    public static Task EnsureAsync(NpgsqlConnection target, CancellationToken cancellationToken) =>
        target.ExecuteAsync(Schema, cancellationToken);

    /// <summary>The SHA-256 of every part that this run has imported, by its key.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ImportedAsync(
        NpgsqlConnection target,
        string runId,
        CancellationToken cancellationToken
    )
    {
        var rows = await target.ListAsync(
            Sql.Format($"select part_key, sha256 from {OwnNames.Ledger} where run_id = $1"),
            row => (Key: row.GetString(0), Hash: row.GetString(1)),
            cancellationToken,
            runId
        );
        return rows.ToDictionary(row => row.Key, row => row.Hash);
    }

    public static Task RecordAsync(
        NpgsqlConnection target,
        string runId,
        ManifestPart part,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        target.ExecuteAsync(
            Sql.Format(
                $"insert into {OwnNames.Ledger} (run_id, part_key, target_table, rows, sha256, imported_at) "
                    + $"values ($1, $2, $3, $4, $5, $6)"
            ),
            cancellationToken,
            runId,
            part.Key,
            part.Table,
            part.Rows,
            part.Sha256,
            now.UtcDateTime
        );
}
