using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>What a frozen table's triggers do with a write.</summary>
internal enum FreezeAnswer
{
    /// <summary>Refuse it, but for the session that has the pass.</summary>
    Refuse,

    /// <summary>Let it through.</summary>
    Admit,
}

/// <summary>The triggers of the freeze and the two functions behind them.</summary>
internal static class FreezeTriggers
{
    /// <summary>The setting in which the session that has the pass carries its run id.</summary>
    public const string PassSetting = "freshtrack.pass";

    // What a BEFORE trigger returns for a row is the row that is written; NULL would lose it.
    private const string Admitted = """
            if tg_op = 'DELETE' then
                return old;
            end if;
            return new;

        """;

    private const string AdmitBody = $"\nbegin\n{Admitted}end ";

    // Whoever guesses the run id is still another session than the one that was admitted.
    private static readonly string RefuseBody = $"""

        begin
            if current_setting('{PassSetting}', true) <> '' and exists (
                select from {Sql.Format($"{OwnNames.Pass}")} p
                join pg_stat_get_activity(pg_backend_pid()) s on s.pid = p.pid and s.backend_start = p.backend_start
                where p.run_id = current_setting('{PassSetting}', true)
            ) then
        {Admitted}
            end if;
            raise exception '%.% is frozen: FreshTrack is moving', tg_table_schema, tg_table_name
                using errcode = 'read_only_sql_transaction';
        end 
        """;

    private static readonly Sql Functions = Sql.Format(
        $"{Function(FreezeAnswer.Refuse, RefuseBody)}; {Function(FreezeAnswer.Admit, AdmitBody)}"
    );

    /// <summary>A relation <c>c</c> of <c>pg_class</c> on which every trigger of the freeze stands as it was put there,
    /// and refuses.</summary>
    public static Sql IsFrozen { get; } =
        Sql.Format(
            $"""
            (select count(*) from pg_trigger t join pg_proc p on p.oid = t.tgfoid
             where t.tgrelid = c.oid and t.tgenabled in ('A', 'O') and t.tgqual is null and t.tgattr::text = ''
               and (t.tgname, t.tgtype) in (
                   ({Sql.Literal(OwnNames.Freeze.Name)}, {OfStatements}),
                   ({Sql.Literal(OwnNames.FreezeRows.Name)}, {OfRows}))
               and t.tgparentid = 0
               and p.oid = to_regprocedure({Sql.Literal($"{Sql.Format($"{OwnNames.Freeze}")}.refuse()")})
               and p.prosecdef and p.proconfig = {Sql.Literal("{\"search_path=pg_catalog, pg_temp\"}")}::text[]
               and p.prosrc = {Sql.Literal(RefuseBody)})
            = case when c.relkind = 'p' and not c.relispartition then 2 else 1 end
            """
        );

    private static readonly Sql IsPartitionedRoot = new(
        "select relkind = 'p' and not relispartition from pg_class where oid = $1::regclass"
    );

    private static readonly Sql Placed = Sql.Format(
        $"""
        select n.nspname, c.relname, t.tgname
        from pg_trigger t
        join pg_class c on c.oid = t.tgrelid
        join pg_namespace n on n.oid = c.relnamespace
        where t.tgname in ({Sql.Literal(OwnNames.Freeze.Name)}, {Sql.Literal(OwnNames.FreezeRows.Name)})
          and t.tgparentid = 0
        order by 1, 2, 3
        """
    );

    // pg_trigger.tgtype: 1 each row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate.
    private static long OfStatements => 2 + 4 + 8 + 16 + 32;

    private static long OfRows => 1 + 2 + 4 + 8 + 16;

    public static Task InstallAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Functions, cancellationToken);

    /// <summary>Lets every write through on every table at once, without waiting for a lock on any of them.</summary>
    public static Task OpenAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Function(FreezeAnswer.Refuse, AdmitBody), cancellationToken);

    /// <summary>Puts a table's triggers, in place of those that stand there.</summary>
    /// <returns>The names of the triggers.</returns>
    /// <exception cref="PostgresException">This role lacks TRIGGER on the table, or another session holds
    /// it.</exception>
    public static async Task<IReadOnlyList<Identifier>> PutAsync(
        NpgsqlConnection connection,
        TableName table,
        FreezeAnswer answer,
        CancellationToken cancellationToken
    )
    {
        await connection.ExecuteAsync(
            Sql.Format(
                $"create or replace trigger {OwnNames.Freeze} before insert or update or delete or truncate on "
                    + $"{table} for each statement execute function {NameOf(answer)}()"
            ),
            cancellationToken
        );
        if (!await connection.ScalarAsync<bool>(IsPartitionedRoot, cancellationToken, Sql.Format($"{table}").Text))
        {
            return [OwnNames.Freeze];
        }

        // A trigger of statements is the named table's alone; this one goes to every partition, also to one that is
        // made or attached while the source is frozen.
        await connection.ExecuteAsync(
            Sql.Format(
                $"create or replace trigger {OwnNames.FreezeRows} before insert or update or delete on "
                    + $"{table} for each row execute function {NameOf(answer)}()"
            ),
            cancellationToken
        );
        return [OwnNames.Freeze, OwnNames.FreezeRows];
    }

    /// <summary>Every trigger of the freeze that stands somewhere, without those that a partition has from its
    /// parent.</summary>
    public static Task<List<(TableName Table, Identifier Name)>> ListAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    ) =>
        connection.ListAsync(
            Placed,
            row => (new TableName(row.GetString(0), row.GetString(1)), new Identifier(row.GetString(2))),
            cancellationToken
        );

    /// <summary>The statement that takes every trigger away, whoever owns its table: of a trigger's two parents, table
    /// and function, the owner of either may.</summary>
    public static Sql Drop(FreezeAnswer answer) => Sql.Format($"drop function if exists {NameOf(answer)}() cascade");

    // The function reads the pass as its owner: nobody else may see or change it.
    private static Sql Function(FreezeAnswer answer, string body) =>
        Sql.Format(
            $"""
            create or replace function {NameOf(answer)}() returns trigger language plpgsql
            security definer set search_path = pg_catalog, pg_temp as {Sql.Literal(body)}
            """
        );

    private static Sql NameOf(FreezeAnswer answer) =>
        Sql.Format($"{OwnNames.Freeze}.{new Identifier(answer == FreezeAnswer.Refuse ? "refuse" : "admit")}");
}
