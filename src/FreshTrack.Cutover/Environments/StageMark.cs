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
        create table freshtrack_stage.mark (stage text primary key, marked_at timestamptz not null default now());
        grant select on freshtrack_stage.mark to public
        """
    );

    private static readonly Sql Insert = new("insert into freshtrack_stage.mark (stage) values ($1)");

    private static readonly Sql Exists = new("select to_regclass('freshtrack_stage.mark') is not null");

    private static readonly Sql Select = new("select stage from freshtrack_stage.mark");

    /// <summary>Marks a database as one of a stage.</summary>
    /// <param name="stage">The stage's id, the same in its source and its target.</param>
    /// <exception cref="PostgresException">It is marked already, or its user may not create a schema.</exception>
    public static async Task WriteAsync(NpgsqlDataSource database, string stage, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(Create, cancellationToken);
        await database.ExecuteAsync(Insert, cancellationToken, stage);
    }

    /// <returns>The stage that the database belongs to; null without a mark, or with several.</returns>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public static async Task<string?> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        await database.ScalarAsync<bool>(Exists, cancellationToken)
        && await database.ListAsync(Select, row => row.GetString(0), cancellationToken) is [var stage]
            ? stage
            : null;
}
