using System.Data.Common;
using FreshTrack.Verification.Databases;
using FreshTrack.Verification.Rules;

namespace FreshTrack.Verification.Declarations;

/// <summary>Reads what a database declares of its tables, in one snapshot.</summary>
public static class DeclarationReader
{
    /// <summary>The engine's own schemas are left out: they come and go with a move.</summary>
    /// <exception cref="QueryFailedException">A part could not be read, or did not come as a whole.</exception>
    public static async Task<IReadOnlyList<Declaration>> ReadAsync(
        DbDataSource target,
        CancellationToken cancellationToken
    )
    {
        await using var side = await Side.OpenAsync("target", target, cancellationToken);
        await using var session = await side.OpenSessionAsync(cancellationToken);
        // With an empty search path every name comes qualified.
        await session.ExecuteAsync(new Sql("set local search_path = ''"), cancellationToken);
        var behind = await BehindAsync(session, cancellationToken);
        return
        [
            .. await ListAsync(DeclarationKind.Constraint, DeclarationSql.Constraints),
            .. await ListAsync(DeclarationKind.Index, DeclarationSql.Indexes),
            .. await ListAsync(DeclarationKind.Trigger, DeclarationSql.Triggers),
            .. (await ListAsync(DeclarationKind.Sequence, DeclarationSql.Sequences)).Select(sequence =>
                behind.Contains((sequence.Table, sequence.Name))
                    ? sequence with
                    {
                        Flaws = [.. sequence.Flaws, "behind"],
                    }
                    : sequence
            ),
        ];

        Task<IReadOnlyList<Declaration>> ListAsync(DeclarationKind kind, Sql sql)
        {
            object[] own = [Catalog.OwnSchemas.ToArray()];
            return session.ListAsync(sql, row => Read(kind, row), cancellationToken, own);
        }
    }

    private static Declaration Read(DeclarationKind kind, DbDataReader row)
    {
        var schema = row.GetString(0);
        var table = kind == DeclarationKind.Sequence ? schema : $"{schema}.{row.GetString(1)}";
        return new Declaration(kind, table, row.GetString(2), row.GetString(4))
        {
            Inherits = row.IsDBNull(3) ? null : row.GetString(3),
            Flaws = row.GetFieldValue<string[]>(5),
        };
    }

    /// <summary>Sequences whose column holds a value that they have yet to give; the tables need not be in a
    /// plan.</summary>
    private static async Task<HashSet<(string Schema, string Name)>> BehindAsync(
        Session session,
        CancellationToken cancellationToken
    )
    {
        var behind = new HashSet<(string, string)>();
        foreach (var sequence in await session.ListAsync(ColumnSequence.Query, ColumnSequence.Read, cancellationToken))
        {
            if (
                await session.SingleAsync(
                    Sql.Format($"select exists (select from {sequence.Table} where {SequenceChecks.Ahead(sequence)})"),
                    row => row.GetBoolean(0),
                    cancellationToken
                )
            )
            {
                behind.Add((sequence.Sequence.Schema, sequence.Sequence.Name));
            }
        }

        return behind;
    }
}
