using Npgsql;

namespace FreshTrack.Plan;

/// <summary>Reads a <see cref="Catalog"/> out of <c>pg_catalog</c>.</summary>
internal static class CatalogReader
{
    // The oldest type of a chain of domains, and what an array is an array of, decide how a value travels.
    private const string ColumnSql =
        """
        with recursive base(oid, typ) as (
            select t.oid, t.oid from pg_type t
            union all
            select b.oid, t.typbasetype from base b join pg_type t on t.oid = b.typ where t.typtype = 'd'
        ), resolved as (
            select b.oid, t.oid as base, t.typtype, t.typcategory, t.typelem, t.typsubscript
            from base b join pg_type t on t.oid = b.typ where t.typtype <> 'd'
        )
        select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
               case when r.typtype = 'e' then 'text'
                    when r.typtype = 'c' then 'text'
                    when el.oid is null or el.oid < 16384 then format_type(r.base, -1)
                    when ebt.typtype = 'e' then 'text[]'
                    when et.typtype = 'd' and ebt.oid < 16384 then format_type(ebt.typarray, -1)
                    else 'text' end,
               r.typtype = 'c' or (el.oid is not null and el.oid >= 16384),
               r.typtype = 'e', a.attnotnull,
               case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end, a.attgenerated <> '', a.attidentity <> ''
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
        join resolved r on r.oid = a.atttypid
        left join lateral (select r.typelem as oid where r.typsubscript = 'array_subscript_handler'::regproc) el on true
        left join pg_type et on et.oid = el.oid
        left join resolved er on er.oid = el.oid
        left join pg_type ebt on ebt.oid = er.base
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
          and n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'
        order by c.oid, a.attnum
        """;

    private const string TableSql =
        """
        select n.nspname, c.relname, c.relkind::text, coalesce(ceil(s.bytes / current_setting('block_size')::numeric), 0)::bigint,
               nullif(c.reltuples, -1)::bigint, coalesce(s.bytes, 0), pn.nspname, p.relname, ra.attname
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        left join lateral (select pg_relation_size(c.oid) as bytes where c.relkind in ('r', 'm')) s on true
        left join pg_inherits i on i.inhrelid = c.oid and c.relispartition
        left join pg_class p on p.oid = i.inhparent
        left join pg_namespace pn on pn.oid = p.relnamespace
        left join pg_partitioned_table pt on pt.partrelid = c.oid
        left join pg_attribute ra on ra.attrelid = c.oid and pt.partstrat = 'r' and pt.partnatts = 1 and ra.attnum = pt.partattrs[0] and ra.attnum > 0
        where c.relkind in ('r', 'p', 'v', 'm', 'f')
          and n.nspname not like 'pg\_%' and n.nspname <> 'information_schema' and not n.nspname = any($1)
          and not exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
        order by 1, 2
        """;

    private const string ConstraintSql =
        """
        select n.nspname, c.relname, k.conname, k.contype::text, pg_get_constraintdef(k.oid), k.convalidated,
               array(select a.attname::text from unnest(k.conkey) with ordinality x(num, pos)
                     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = x.num order by x.pos),
               fn.nspname, fc.relname
        from pg_constraint k
        join pg_class c on c.oid = k.conrelid
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_class fc on fc.oid = k.confrelid
        left join pg_namespace fn on fn.oid = fc.relnamespace
        where k.contype in ('p', 'u', 'f', 'c') and n.nspname not like 'pg\_%'
        order by 1, 2, 3
        """;

    private const string IndexSql =
        """
        select n.nspname, c.relname, ic.relname, pg_get_indexdef(i.indexrelid), i.indisunique,
               exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
        from pg_index i
        join pg_class ic on ic.oid = i.indexrelid
        join pg_class c on c.oid = i.indrelid
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname not like 'pg\_%'
        order by 1, 2, 3
        """;

    private const string EnumSql =
        "select format_type(e.enumtypid, -1), array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e group by e.enumtypid order by 1";

    public static async Task<Catalog> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await using (var setup = new NpgsqlCommand("set transaction read only; set local search_path = ''", connection))
        {
            await setup.ExecuteNonQueryAsync(cancellationToken);
        }

        return await ReadAsync(connection, cancellationToken);
    }

    private static async Task<Catalog> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var columns = await LookupAsync(connection, ColumnSql, Column, cancellationToken);
        var constraints = await LookupAsync(connection, ConstraintSql, Constraint, cancellationToken);
        var indexes = await LookupAsync(connection, IndexSql, Index, cancellationToken);
        var enums = await ListAsync(connection, EnumSql, row => (Type: row.GetString(0), Labels: row.GetFieldValue<string[]>(1)), cancellationToken);
        var tables = await ListAsync(connection, TableSql, Table, cancellationToken);
        var whole = tables
            .Select(table => table with
            {
                Columns = [.. columns[table.Name]],
                PrimaryKey = constraints[table.Name].FirstOrDefault(item => item.Kind == "p").Constraint?.Columns ?? [],
                UniqueKeys = [.. constraints[table.Name].Where(item => item.Kind == "u").Select(item => item.Constraint.Columns)],
                ForeignKeys = [.. constraints[table.Name].Where(item => item.Kind == "f").Select(item => item.Constraint)],
                Checks = [.. constraints[table.Name].Where(item => item.Kind == "c").Select(item => item.Constraint)],
                Indexes = [.. indexes[table.Name]],
            })
            .ToDictionary(table => table.Name);
        return new Catalog(
            whole.ToDictionary(pair => pair.Key, pair => pair.Value with { Leaves = [.. LeavesOf(pair.Key, whole)] }),
            enums.ToDictionary(item => item.Type, item => (IReadOnlyList<string>)item.Labels, StringComparer.Ordinal));
    }

    private static IEnumerable<CatalogTable> LeavesOf(TableName parent, Dictionary<TableName, CatalogTable> tables) =>
        tables.Values.Where(table => table.PartitionOf == parent)
            .SelectMany(child => child.Kind == RelationKind.Partitioned ? LeavesOf(child.Name, tables) : [child]);

    private static (TableName, CatalogColumn) Column(NpgsqlDataReader row) => (
        new TableName(row.GetString(0), row.GetString(1)),
        new CatalogColumn(row.GetString(2), row.GetString(3), row.GetString(4), row.GetBoolean(5))
        {
            IsEnum = row.GetBoolean(6),
            NotNull = row.GetBoolean(7),
            Default = row.IsDBNull(8) ? null : row.GetString(8),
            IsGenerated = row.GetBoolean(9),
            IsIdentity = row.GetBoolean(10),
        });

    private static (TableName, (string Kind, CatalogConstraint Constraint)) Constraint(NpgsqlDataReader row) => (
        new TableName(row.GetString(0), row.GetString(1)),
        (row.GetString(3), new CatalogConstraint(
            row.GetString(2), row.GetString(4), row.GetBoolean(5), row.GetFieldValue<string[]>(6), OptionalName(row, 7))));

    private static (TableName, CatalogIndex) Index(NpgsqlDataReader row) => (
        new TableName(row.GetString(0), row.GetString(1)),
        new CatalogIndex(row.GetString(2), row.GetString(3), row.GetBoolean(4), row.GetBoolean(5)));

    private static CatalogTable Table(NpgsqlDataReader row) =>
        new(new TableName(row.GetString(0), row.GetString(1)), Kind(row.GetString(2)), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetInt64(4), row.GetInt64(5))
        {
            PartitionOf = OptionalName(row, 6),
            RangeColumn = row.IsDBNull(8) ? null : row.GetString(8),
        };

    private static TableName? OptionalName(NpgsqlDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? null : new TableName(row.GetString(ordinal), row.GetString(ordinal + 1));

    private static RelationKind Kind(string relkind) => relkind switch
    {
        "p" => RelationKind.Partitioned,
        "f" => RelationKind.Foreign,
        "r" => RelationKind.Table,
        _ => RelationKind.View,
    };

    private static async Task<List<T>> ListAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (sql.Contains("$1", StringComparison.Ordinal))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = Catalog.OwnSchemas.ToArray() });
        }

        var list = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            list.Add(map(reader));
        }

        return list;
    }

    private static async Task<ILookup<TKey, TValue>> LookupAsync<TKey, TValue>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, (TKey Key, TValue Value)> map, CancellationToken cancellationToken) =>
        (await ListAsync(connection, sql, map, cancellationToken)).ToLookup(item => item.Key, item => item.Value);
}
