using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Rollback;

/// <summary>The two openings that a return needs in the freeze: the users' table for Supabase Auth, and everything for
/// its own session.</summary>
internal static class ReturnFreeze
{
    private const string Setting = "freshtrack.pass";

    /// <summary>Lets writes to one table through, of whoever has the right.</summary>
    public static async Task ReleaseAsync(
        NpgsqlDataSource source,
        TableName table,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new Sql("set default_transaction_read_only = off"), cancellationToken);
        var database = await connection.ScalarAsync<string>(
            new Sql("select current_database()::text"),
            cancellationToken
        );
        await connection.ExecuteAsync(
            Sql.Format($"alter database {new Identifier(database!)} reset default_transaction_read_only"),
            cancellationToken
        );
        await PutAsync(
            connection,
            Sql.Format($"tg_relid = {Sql.Literal(Sql.Format($"{table}").Text)}::regclass"),
            cancellationToken
        );
    }

    /// <summary>Lets the writes of this one session through.</summary>
    public static async Task AdmitAsync(NpgsqlConnection source, string runId, CancellationToken cancellationToken)
    {
        await PutAsync(
            source,
            Sql.Format($"current_setting({Sql.Literal(Setting)}, true) = {Sql.Literal(runId)}"),
            cancellationToken
        );
        await source.ExecuteAsync(
            Sql.Format($"set {Sql.Expression(Setting)} = {Sql.Literal(runId)}"),
            cancellationToken
        );
    }

    private static Task PutAsync(NpgsqlConnection source, Sql admitted, CancellationToken cancellationToken) =>
        source.ExecuteAsync(
            Sql.Format(
                $"""
                create or replace function freshtrack_freeze.refuse() returns trigger language plpgsql as $$
                begin
                    if {admitted} then
                        return null;
                    end if;
                    raise exception '%.% is frozen: FreshTrack is moving', tg_table_schema, tg_table_name
                        using errcode = 'read_only_sql_transaction';
                end $$
                """
            ),
            cancellationToken
        );
}
