using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Environments;

/// <summary>The row by which a stage's databases are told from production's. An address tells nothing: loopback may be
/// a tunnel.</summary>
public static class StageMark
{
    private static readonly Sql Create = new(
        """
        create schema freshtrack_stage;
        grant usage on schema freshtrack_stage to public;
        create table freshtrack_stage.mark (
            stage text primary key,
            database text,
            marked_at timestamptz not null default now()
        );
        grant select on freshtrack_stage.mark to public
        """
    );

    private static readonly Sql Insert = new(
        """
        insert into freshtrack_stage.mark (stage, database)
        select $1, (select system_identifier from pg_control_system()) || '/' || oid
        from pg_database where datname = current_database()
        """
    );

    private static readonly Sql Exists = new("select to_regclass('freshtrack_stage.mark') is not null");

    // A dump or a template takes the row along; server and database it cannot.
    private static readonly Sql Select = new(
        """
        select stage, coalesce(database = (
            select (select system_identifier from pg_control_system()) || '/' || oid
            from pg_database where datname = current_database()
        ), false)
        from freshtrack_stage.mark
        """
    );

    /// <summary>Marks a database as one of a stage.</summary>
    /// <param name="stage">The stage's id, the same in its source and its target.</param>
    /// <exception cref="PostgresException">It is marked already, or its user may not create a schema.</exception>
    public static async Task WriteAsync(NpgsqlDataSource database, string stage, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(Create, cancellationToken);
        await database.ExecuteAsync(Insert, cancellationToken, stage);
    }

    /// <returns>The stage that the database belongs to; null without a mark, with several, or with one that came with a
    /// copy of another database.</returns>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public static async Task<string?> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        await database.ScalarAsync<bool>(Exists, cancellationToken)
        && await database.ListAsync(Select, row => (row.GetString(0), row.GetBoolean(1)), cancellationToken)
            is [(var stage, true)]
            ? stage
            : null;
}
