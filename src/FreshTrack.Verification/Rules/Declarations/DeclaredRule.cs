using System.Data.Common;

namespace FreshTrack.Verification.Rules;

/// <summary>What the target declares of every single row: a NOT NULL or CHECK, its own or that of a column's domain,
/// validated or not.</summary>
/// <param name="Table">The table or partition that declares it. What a partition inherits is its parent's.</param>
/// <param name="Root">The partitioned table above it, or the table itself.</param>
internal sealed record DeclaredRule(TableName Table, TableName Root, RowRule Rule)
{
    // A domain may be over a domain: what holds for the inner one holds for the outer.
    private const string Domains = """
        with recursive domains(oid, inner_oid, base) as (
          select oid, oid, typbasetype from pg_type where typtype = 'd'
          union all
          select d.oid, t.oid, t.typbasetype from domains as d join pg_type as t on t.oid = d.base
            where t.typtype = 'd')
        """;

    private const string Tables = """
        join pg_class as c on c.oid = rule.relation join pg_namespace as n on n.oid = c.relnamespace
        join pg_class as r on r.oid = coalesce(pg_partition_root(c.oid), c.oid)
          join pg_namespace as rn on rn.oid = r.relnamespace
        where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
        """;

    /// <summary>IS NOT DISTINCT FROM, because IS NULL is also true of a composite value of nothing but NULLs.</summary>
    public static readonly Sql NotNulls = new(
        $"""
        {Domains}, filled as (
          select a.attrelid as relation, a.attname as name from pg_attribute as a
          where a.attnum > 0 and not a.attisdropped
            and (a.attnotnull or exists (select from domains as d join pg_type as t on t.oid = d.inner_oid
              where d.oid = a.atttypid and t.typnotnull)))
        select n.nspname::text, c.relname::text, rn.nspname::text, r.relname::text, rule.name || ' is NULL',
          format('%I is not distinct from null', rule.name)
        from filled as rule {Tables}
          and not (c.relispartition and exists (
            select from pg_inherits as i join filled as above on above.relation = i.inhparent
              and above.name = rule.name where i.inhrelid = c.oid))
        order by 1, 2, 5
        """
    );

    /// <summary>A CHECK passes what is not false. That of a domain speaks of VALUE.</summary>
    public static readonly Sql Checks = new(
        $"""
        {Domains}
        select n.nspname::text, c.relname::text, rn.nspname::text, r.relname::text, rule.says, rule.broken
        from (
          select k.conrelid as relation, format('%s is not true', k.conname) as says,
            format('(%s) is false', pg_get_expr(k.conbin, k.conrelid)) as broken, k.coninhcount > 0 as inherited
          from pg_constraint as k where k.contype = 'c' and k.conrelid <> 0
          union all
          select a.attrelid, format('%s of the domain of %s is not true', k.conname, a.attname),
                 format('(select (%s) from (select %I as value) as domain) is false', pg_get_expr(k.conbin, 0),
                   a.attname), true
          from pg_attribute as a join domains as d on d.oid = a.atttypid
            join pg_constraint as k on k.contypid = d.inner_oid and k.contype = 'c'
          where a.attnum > 0 and not a.attisdropped) as rule {Tables}
          and not (c.relispartition and rule.inherited)
        order by 1, 2, 5
        """
    );

    public static DeclaredRule Read(DbDataReader row) =>
        new(
            new TableName(row.GetString(0), row.GetString(1)),
            new TableName(row.GetString(2), row.GetString(3)),
            new RowRule(row.GetString(4), Sql.Expression(row.GetString(5)))
        );
}
