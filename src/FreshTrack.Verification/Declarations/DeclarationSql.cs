namespace FreshTrack.Verification.Declarations;

/// <summary>The queries that a database's declarations are read with, one a kind; each takes the schemas to leave
/// out.</summary>
/// <remarks>A row is schema, table, name, what it inherits or NULL, definition, and its flaws.</remarks>
internal static class DeclarationSql
{
    /// <summary>Tables of people, whatever their depth in a tree of partitions; not those of the system or of an
    /// extension.</summary>
    private const string OfTables = """
        join pg_class as c on c.oid = found.relation join pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'm') and n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'
          and not n.nspname = any($1)
          and not exists (select from pg_depend as e
            where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
        order by 1, 2, 3
        """;

    /// <summary>A key whose triggers are off is declared and holds nothing. The columns that must not be NULL are one
    /// constraint a table.</summary>
    public static readonly Sql Constraints = new(
        $"""
        select n.nspname::text, c.relname::text, found.name, found.inherits, found.definition, found.flaws
        from (
          select k.conrelid as relation, k.conname::text as name,
            case when k.conparentid <> 0 then p.conname when k.contype = 'c' and k.coninhcount > 0 then k.conname
              end::text as inherits,
            regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') as definition,
            array_remove(array[case when not k.convalidated then 'not validated' end,
              case when k.condeferred then 'deferred' end,
              case when exists (select from pg_trigger as t where t.tgconstraint = k.oid and t.tgisinternal
                and t.tgenabled in ('D', 'R')) then 'disabled' end], null) as flaws
          from pg_constraint as k left join pg_constraint as p on p.oid = k.conparentid
          where k.contype in ('c', 'f', 'p', 'u', 'x') and k.conrelid <> 0
          union all
          select a.attrelid, 'not null', case when exists (select from pg_class as part
              where part.oid = a.attrelid and part.relispartition) then 'not null' end,
            string_agg(format('%I', a.attname), ', ' order by a.attname), array[]::text[]
          from pg_attribute as a where a.attnum > 0 and a.attnotnull and not a.attisdropped group by a.attrelid
        ) as found {OfTables}
        """
    );

    public static readonly Sql Indexes = new(
        $"""
        select n.nspname::text, c.relname::text, found.name, found.inherits, found.definition, found.flaws
        from (
          select x.indrelid as relation, i.relname::text as name, p.relname::text as inherits,
            case when x.indisunique then 'UNIQUE ' else '' end
              || substr(pg_get_indexdef(x.indexrelid), strpos(pg_get_indexdef(x.indexrelid), ' USING ') + 1)
              || case when x.indisclustered then ', clustered' else '' end
              || case when x.indisreplident then ', replica identity' else '' end as definition,
            case when x.indisvalid and x.indisready and x.indislive then array[]::text[] else array['invalid'] end
              as flaws
          from pg_index as x join pg_class as i on i.oid = x.indexrelid
          left join pg_inherits as h on h.inhrelid = x.indexrelid left join pg_class as p on p.oid = h.inhparent
        ) as found {OfTables}
        """
    );

    /// <summary>Those that people made. What a parent gave to its partitions can be off on one of them alone.</summary>
    public static readonly Sql Triggers = new(
        $"""
        select n.nspname::text, c.relname::text, found.name, found.inherits, found.definition, found.flaws
        from (
          select t.tgrelid as relation, t.tgname::text as name, p.tgname::text as inherits,
            pg_get_triggerdef(t.oid)
              || case t.tgenabled when 'A' then ', always' when 'R' then ', in replicas' else '' end as definition,
            case t.tgenabled when 'D' then array['disabled'] else array[]::text[] end as flaws
          from pg_trigger as t left join pg_trigger as p on p.oid = t.tgparentid
          where not t.tgisinternal
        ) as found {OfTables}
        """
    );

    /// <summary>A sequence that fills a column and does not belong to it is set by nobody after an import.</summary>
    public static readonly Sql Sequences = new(
        """
        select n.nspname::text, s.relname::text, s.relname::text, null::text,
          format('%s start %s increment %s from %s to %s cache %s%s, owned by %s', format_type(q.seqtypid, null),
            q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, case when q.seqcycle then ' cycle' else '' end,
            coalesce(owner.name, 'no column')),
          case when owner.name is null and exists (select from pg_depend as d
              where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass
                and d.refobjid = q.seqrelid)
            then array['not owned'] else array[]::text[] end
        from pg_sequence as q
        join pg_class as s on s.oid = q.seqrelid join pg_namespace as n on n.oid = s.relnamespace
        left join lateral (select format('%s.%I', d.refobjid::regclass, a.attname) as name from pg_depend as d
          join pg_attribute as a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
          where d.classid = 'pg_class'::regclass and d.objid = q.seqrelid and d.refclassid = 'pg_class'::regclass
            and d.deptype in ('a', 'i')) as owner on true
        where n.nspname not like 'pg\_%' and n.nspname <> 'information_schema' and not n.nspname = any($1)
          and not exists (select from pg_depend as e
            where e.classid = 'pg_class'::regclass and e.objid = s.oid and e.deptype = 'e')
        order by 1, 2
        """
    );
}
