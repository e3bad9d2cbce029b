using System.Data;
using System.Data.Common;
using Npgsql;

namespace FreshTrack.Plan;

/// <summary>Reads a <see cref="Catalog"/> out of <c>pg_catalog</c>.</summary>
internal static class CatalogReader
{
    public static async Task<Catalog> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead,
            cancellationToken
        );
        await connection.ExecuteAsync(
            new Sql("set local statement_timeout = 0; set transaction read only"),
            cancellationToken
        );
        return await ReadAsync(new PlainSession(connection), cancellationToken);
    }

    public static async Task<Catalog> ReadAsync(ISqlSession session, CancellationToken cancellationToken)
    {
        // With an empty search path every name comes qualified.
        await session.ListAsync(
            new Sql("select set_config('search_path', '', true)"),
            row => row.GetString(0),
            cancellationToken
        );
        object[] own = [Catalog.OwnSchemas.ToArray()];
        var columns = await LookupAsync(session, CatalogSql.Columns, Column, cancellationToken);
        var constraints = await LookupAsync(session, CatalogSql.Constraints, Constraint, cancellationToken);
        var indexes = await LookupAsync(session, CatalogSql.Indexes, Index, cancellationToken);
        var enums = await session.ListAsync(
            CatalogSql.Enums,
            row => (Type: row.GetString(0), Labels: row.GetFieldValue<string[]>(1)),
            cancellationToken
        );
        var domains = await session.ListAsync(CatalogSql.Domains, Domain, cancellationToken);
        var sequences = await session.ListAsync(CatalogSql.Sequences, Sequence, cancellationToken, own);
        var tables = await session.ListAsync(CatalogSql.Tables, Table, cancellationToken, own);
        var whole = tables
            .Select(table =>
                table with
                {
                    Columns = [.. columns[table.Name]],
                    PrimaryKey =
                        constraints[table.Name].FirstOrDefault(item => item.Kind == "p").Constraint?.Columns ?? [],
                    UniqueKeys =
                    [
                        .. constraints[table.Name]
                            .Where(item => item.Kind == "u")
                            .Select(item => item.Constraint.Columns),
                    ],
                    ForeignKeys =
                    [
                        .. constraints[table.Name].Where(item => item.Kind == "f").Select(item => item.Constraint),
                    ],
                    Checks =
                    [
                        .. constraints[table.Name].Where(item => item.Kind == "c").Select(item => item.Constraint),
                    ],
                    Exclusions =
                    [
                        .. constraints[table.Name].Where(item => item.Kind == "x").Select(item => item.Constraint),
                    ],
                    Indexes = [.. indexes[table.Name]],
                }
            )
            .ToDictionary(table => table.Name);
        return new Catalog(
            whole.ToDictionary(pair => pair.Key, pair => pair.Value with { Leaves = [.. LeavesOf(pair.Key, whole)] }),
            enums.ToDictionary(item => item.Type, item => (IReadOnlyList<string>)item.Labels)
        )
        {
            Domains = domains.ToDictionary(domain => domain.Type),
            Sequences = sequences,
        };
    }

    private static IEnumerable<CatalogTable> LeavesOf(TableName parent, Dictionary<TableName, CatalogTable> tables) =>
        tables
            .Values.Where(table => table.PartitionOf == parent)
            .SelectMany(child => child.Kind == RelationKind.Partitioned ? LeavesOf(child.Name, tables) : [child]);

    private static (TableName, CatalogColumn) Column(DbDataReader row) =>
        (
            new TableName(row.GetString(0), row.GetString(1)),
            new CatalogColumn(row.GetString(2), row.GetString(3), row.GetString(4), row.GetBoolean(5))
            {
                IsEnum = row.GetBoolean(6),
                NotNull = row.GetBoolean(7),
                Default = OptionalText(row, 8),
                IsGenerated = row.GetBoolean(9),
                IsIdentity = row.GetBoolean(10),
                Generation = OptionalText(row, 11),
            }
        );

    private static (TableName, (string Kind, CatalogConstraint Constraint)) Constraint(DbDataReader row) =>
        (
            new TableName(row.GetString(0), row.GetString(1)),
            (
                row.GetString(3),
                new CatalogConstraint(
                    row.GetString(2),
                    row.GetString(4),
                    row.GetBoolean(5),
                    row.GetFieldValue<string[]>(6),
                    OptionalName(row, 7)
                )
                {
                    Expression = OptionalText(row, 9),
                    ReferencedColumns = row.GetFieldValue<string[]>(10),
                    IsMatchFull = row.GetBoolean(11),
                    IsInherited = row.GetBoolean(12),
                    IsEnforced = row.GetBoolean(13),
                }
            )
        );

    private static (TableName, CatalogIndex) Index(DbDataReader row) =>
        (
            new TableName(row.GetString(0), row.GetString(1)),
            new CatalogIndex(row.GetString(2), row.GetString(3), row.GetBoolean(4), row.GetBoolean(5))
            {
                Keys = row.GetFieldValue<string[]>(6),
                KeyColumns = row.GetFieldValue<string[]>(7),
                Predicate = OptionalText(row, 8),
                NullsNotDistinct = row.GetBoolean(9),
                IsValid = row.GetBoolean(10),
            }
        );

    private static CatalogDomain Domain(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetFieldValue<string[]>(3));

    private static CatalogSequence Sequence(DbDataReader row) =>
        new(
            new TableName(row.GetString(0), row.GetString(1)),
            OptionalName(row, 2),
            OptionalText(row, 4),
            row.GetInt64(5),
            row.GetInt64(6),
            row.GetBoolean(7)
        );

    private static CatalogTable Table(DbDataReader row) =>
        new(
            new TableName(row.GetString(0), row.GetString(1)),
            Kind(row.GetString(2)),
            row.GetInt64(3),
            row.IsDBNull(4) ? null : row.GetInt64(4),
            row.GetInt64(5)
        )
        {
            PartitionOf = OptionalName(row, 6),
            RangeColumn = OptionalText(row, 8),
        };

    private static TableName? OptionalName(DbDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? null : new TableName(row.GetString(ordinal), row.GetString(ordinal + 1));

    private static string? OptionalText(DbDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    private static RelationKind Kind(string relkind) =>
        relkind switch
        {
            "p" => RelationKind.Partitioned,
            "f" => RelationKind.Foreign,
            "r" => RelationKind.Table,
            _ => RelationKind.View,
        };

    private static async Task<ILookup<TKey, TValue>> LookupAsync<TKey, TValue>(
        ISqlSession session,
        Sql sql,
        Func<DbDataReader, (TKey Key, TValue Value)> read,
        CancellationToken cancellationToken
    ) => (await session.ListAsync(sql, read, cancellationToken)).ToLookup(item => item.Key, item => item.Value);

    private sealed class PlainSession(NpgsqlConnection connection) : ISqlSession
    {
        public async Task<IReadOnlyList<T>> ListAsync<T>(
            Sql sql,
            Func<DbDataReader, T> read,
            CancellationToken cancellationToken,
            params object[] values
        ) => await connection.ListAsync(sql, read, cancellationToken, values);
    }
}
