namespace FreshTrack.Plan;

/// <summary>The queries that a <see cref="Catalog"/> is read with.</summary>
internal static class CatalogSql
{
    // The oldest type of a chain of domains, and what an array is an array of, decide how a value travels.
    public static readonly Sql Columns = new(
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
               case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end, a.attgenerated <> '',
                 a.attidentity <> '',
               case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end
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
        """
    );

    public static readonly Sql Tables = new(
        """
        select n.nspname, c.relname, c.relkind::text,
               coalesce(ceil(s.bytes / current_setting('block_size')::numeric), 0)::bigint,
               nullif(c.reltuples, -1)::bigint, coalesce(s.bytes, 0), pn.nspname, p.relname, ra.attname
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        left join lateral (select pg_relation_size(c.oid) as bytes where c.relkind in ('r', 'm')) s on true
        left join pg_inherits i on i.inhrelid = c.oid and c.relispartition
        left join pg_class p on p.oid = i.inhparent
        left join pg_namespace pn on pn.oid = p.relnamespace
        left join pg_partitioned_table pt on pt.partrelid = c.oid
        left join pg_attribute ra on ra.attrelid = c.oid and pt.partstrat = 'r' and pt.partnatts = 1
          and ra.attnum = pt.partattrs[0] and ra.attnum > 0
        where c.relkind in ('r', 'p', 'v', 'm', 'f')
          and n.nspname not like 'pg\_%' and n.nspname <> 'information_schema' and not n.nspname = any($1)
          and not exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid
            and e.deptype = 'e')
        order by 1, 2
        """
    );

    // Through jsonb: what PostgreSQL 18 knows and its predecessors do not.
    public static readonly Sql Constraints = new(
        """
        select n.nspname, c.relname, k.conname, k.contype::text, pg_get_constraintdef(k.oid), k.convalidated,
               array(select a.attname::text from unnest(k.conkey) with ordinality x(num, pos)
                     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = x.num order by x.pos),
               fn.nspname, fc.relname, pg_get_expr(k.conbin, k.conrelid),
               array(select a.attname::text from unnest(k.confkey) with ordinality x(num, pos)
                     join pg_attribute a on a.attrelid = k.confrelid and a.attnum = x.num order by x.pos),
               k.confmatchtype = 'f', k.conparentid <> 0, coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
        from pg_constraint k
        join pg_class c on c.oid = k.conrelid
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_class fc on fc.oid = k.confrelid
        left join pg_namespace fn on fn.oid = fc.relnamespace
        where k.contype in ('p', 'u', 'f', 'c', 'x') and n.nspname not like 'pg\_%'
        order by 1, 2, 3
        """
    );

    // The keys without what is only included; NULLS NOT DISTINCT came with PostgreSQL 15.
    public static readonly Sql Indexes = new(
        """
        select n.nspname, c.relname, ic.relname, pg_get_indexdef(i.indexrelid), i.indisunique,
               exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')),
               array(select pg_get_indexdef(i.indexrelid, pos, false)
                 from generate_series(1, i.indnkeyatts) pos order by pos),
               array(select coalesce(a.attname::text, '') from unnest(i.indkey::int2[]) with ordinality x(num, pos)
                     left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = x.num and x.num > 0
                     where x.pos <= i.indnkeyatts order by x.pos),
               pg_get_expr(i.indpred, i.indrelid),
               coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), i.indisvalid
        from pg_index i
        join pg_class ic on ic.oid = i.indexrelid
        join pg_class c on c.oid = i.indrelid
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname not like 'pg\_%'
        order by 1, 2, 3
        """
    );

    public static readonly Sql Enums = new(
        "select format_type(e.enumtypid, -1), array_agg(e.enumlabel::text order by e.enumsortorder) from "
            + "pg_enum e group by e.enumtypid order by 1"
    );

    // A domain may be over a domain: what holds for the inner one holds for the outer.
    public static readonly Sql Domains = new(
        """
        with recursive chain(oid, typ) as (
            select oid, oid from pg_type where typtype = 'd'
            union all
            select c.oid, b.oid from chain c join pg_type t on t.oid = c.typ
              join pg_type b on b.oid = t.typbasetype where b.typtype = 'd'
        )
        select format_type(c.oid, -1),
               max(format_type(b.oid, t.typtypmod)) filter (where b.typtype <> 'd'), bool_or(t.typnotnull),
               array(select pg_get_expr(k.conbin, 0) from chain i join pg_constraint k on k.contypid = i.typ
                 and k.contype = 'c'
                     where i.oid = c.oid order by k.conname)
        from chain c
        join pg_type t on t.oid = c.typ
        join pg_type b on b.oid = t.typbasetype
        group by c.oid
        order by 1
        """
    );

    public static readonly Sql Sequences = new(
        """
        select n.nspname, c.relname, o.nspname, o.relname, o.attname, s.seqmin, s.seqmax,
               exists (select from pg_depend d where d.classid = 'pg_attrdef'::regclass
                 and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid)
        from pg_sequence s
        join pg_class c on c.oid = s.seqrelid
        join pg_namespace n on n.oid = c.relnamespace
        left join lateral (
            select tn.nspname, t.relname, a.attname
            from pg_depend d
            join pg_class t on t.oid = d.refobjid
            join pg_namespace tn on tn.oid = t.relnamespace
            join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
            where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass
              and d.deptype in ('a', 'i')) o on true
        where n.nspname not like 'pg\_%' and not n.nspname = any($1)
          and not exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid
            and e.deptype = 'e')
        order by 1, 2
        """
    );
}
