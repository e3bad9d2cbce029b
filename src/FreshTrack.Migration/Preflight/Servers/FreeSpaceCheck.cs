using System.Globalization;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Whether the target's disk holds what the source's tables and indexes take.</summary>
/// <remarks>PostgreSQL itself does not know the free space; <c>df</c> does, where this role may run programs on the
/// server.</remarks>
internal static class FreeSpaceCheck
{
    private const long Megabyte = 1024 * 1024;

    private static readonly Sql Needed = new(
        "select coalesce(sum(pg_total_relation_size(c)), 0)::bigint from unnest($1::text[]) t(name) cross "
            + "join lateral cast(t.name as regclass) c"
    );

    // The database's own tablespace; its location is empty for the default one, which lies in the data directory.
    private static readonly Sql Directory = new(
        """
        select coalesce(nullif(pg_tablespace_location(dattablespace), ''), current_setting('data_directory'))
        from pg_database
        where datname = current_database()
          and pg_has_role('pg_execute_server_program', 'USAGE') and pg_has_role('pg_read_all_settings', 'USAGE')
        """
    );

    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var relations = survey.Plan.Tables.SelectMany(table =>
            survey.SourceCatalog.Tables[table.Source] is { Leaves.Count: > 0 } parent
                ? parent.Leaves.Select(leaf => leaf.Name)
                : [table.Source]
        );
        var needed = await survey.Source.ScalarAsync<long>(
            Needed,
            cancellationToken,
            [relations.Distinct().Select(name => Sql.Format($"{name}").Text).ToArray()]
        );
        var free = await FreeAsync(survey.Target, cancellationToken);
        var megabytes = $"{(needed / Megabyte) + 1:N0} MB";
        return free switch
        {
            null =>
            [
                new Finding(
                    FindingCodes.FreeSpaceUnknown,
                    Verdict.Warn,
                    "database",
                    $"the source's tables and indexes take {megabytes}; this role may not ask the target "
                        + "how much is free: see that it has more, or grant pg_execute_server_program"
                ),
            ],
            { } bytes when bytes < needed =>
            [
                new Finding(
                    FindingCodes.FreeSpaceShort,
                    Verdict.Fail,
                    "database",
                    $"the source's tables and indexes take {megabytes}, the target has "
                        + $"{bytes / Megabyte:N0} MB free; make room"
                ),
            ],
            _ => [],
        };
    }

    /// <returns>Bytes; null when this role may not ask.</returns>
    private static async Task<long?> FreeAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        if (await target.ScalarAsync<string>(Directory, cancellationToken) is not { } directory)
        {
            return null;
        }

        // Never committed: the temporary table is only where the program's output can be read from.
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        var output = await target.TryAsync(
            async () =>
            {
                await target.ExecuteAsync(
                    new Sql("create temporary table freshtrack_df (line text) on commit drop"),
                    cancellationToken
                );
                var program = Sql.Literal($"df -Pk -- '{directory.Replace("'", "'\\''")}'");
                await target.ExecuteAsync(Sql.Format($"copy freshtrack_df from program {program}"), cancellationToken);
                return await target.ListAsync(
                    new Sql("select line from freshtrack_df"),
                    row => row.GetString(0),
                    cancellationToken
                );
            },
            cancellationToken
        );
        await transaction.RollbackAsync(cancellationToken);
        return
            output.Value is { Count: > 1 } lines
            && long.TryParse(
                lines[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(3),
                NumberStyles.None,
                null,
                out var kilobytes
            )
            ? kilobytes * 1024
            : null;
    }
}
