using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <summary>Something of the target that is taken off before the rows arrive and put back after them.</summary>
/// <param name="Step">Order of coming back: 0 indexes, 1 keys, 2 foreign keys, 3 their validation, 4 triggers.</param>
/// <param name="Drop">Takes it off; empty when another drop takes it along.</param>
internal sealed record DeferredObject(int Step, string Table, string Name, string Definition, string Drop);

/// <summary>Takes keys, indexes, foreign keys and triggers off the target, keeping their definitions where a killed run
/// can find them.</summary>
internal static class Deferred
{
    // Foreign keys from and to the tables of the plan: a key cannot go while it is referenced.
    private static readonly Sql ForeignKeys = new(
        """
        select 2 + v.step, k.conrelid::regclass::text,
               k.conname || case v.step when 1 then ' (validate)' else '' end,
               case when v.step = 1
                        then format('alter table %s validate constraint %I', k.conrelid::regclass, k.conname)
                    when c.relkind = 'p' or not k.convalidated
                        then format('alter table %s add constraint %I %s',
                                    k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
                    else format('alter table %s add constraint %I %s not valid',
                                k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) end,
               case v.step when 0 then format('alter table %s drop constraint %I', k.conrelid::regclass, k.conname)
                           else '' end
        from pg_constraint k
        join pg_class c on c.oid = k.conrelid
        cross join lateral generate_series(0, case when c.relkind = 'r' and k.convalidated then 1 else 0 end) v(step)
        where k.contype = 'f' and k.conparentid = 0
          and (k.conrelid = any(select unnest($1)::regclass::oid)
               or k.confrelid = any(select unnest($1)::regclass::oid))
        order by 1, 2, 3
        """
    );

    // A key of a plain table comes back as an index, built beside others, and then becomes the key at once.
    private static readonly Sql Indexes = new(
        """
        select case when k.oid is not null and (c.relkind = 'p' or k.contype = 'x' or k.condeferrable)
                    then 1 else x.step end,
               i.indrelid::regclass::text, ic.relname || case x.step when 1 then ' (key)' else '' end,
               case when k.oid is null then regexp_replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
                    when c.relkind = 'p' or k.contype = 'x' or k.condeferrable
                        then format('alter table %s add constraint %I %s',
                                    i.indrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
                    when x.step = 0 then pg_get_indexdef(i.indexrelid)
                    else format('alter table %s add constraint %I %s using index %I', i.indrelid::regclass, k.conname,
                                case k.contype when 'p' then 'primary key' else 'unique' end, ic.relname) end,
               case when x.step = 1 then ''
                    when k.oid is null then format('drop index %s', i.indexrelid::regclass)
                    else format('alter table %s drop constraint %I', i.indrelid::regclass, k.conname) end
        from pg_index i
        join pg_class c on c.oid = i.indrelid
        join pg_class ic on ic.oid = i.indexrelid
        left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
        cross join lateral generate_series(
            0, case when k.oid is null or c.relkind = 'p' or k.contype = 'x' or k.condeferrable then 0 else 1 end
        ) x(step)
        where i.indrelid = any(select unnest($1)::regclass::oid) and not ic.relispartition
          and (c.relkind <> 'p' or k.contype = 'x' or k.condeferrable
               or exists (select from pg_partition_tree(c.oid) part where part.level = 1 and not part.isleaf))
        order by 1, 2, 3
        """
    );

    // The server would build an index of a partitioned table one partition after the other.
    // Built as the partitions' own, side by side, they are attached to the parent's,
    // which costs nothing. Partitions of partitions are left to the server.
    private static readonly Sql PartitionedIndexes = new(
        """
        with parent as (
            select i.indexrelid, i.indrelid, ic.relname, k.oid as key, k.conname
            from pg_index i
            join pg_class c on c.oid = i.indrelid and c.relkind = 'p'
            join pg_class ic on ic.oid = i.indexrelid
            left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
            where i.indrelid = any(select unnest($1)::regclass::oid) and not ic.relispartition
              and k.contype is distinct from 'x' and k.condeferrable is not true
              and not exists (select from pg_partition_tree(c.oid) part where part.level = 1 and not part.isleaf)
        ), leaf as (
            select h.inhparent, h.inhrelid, i.indrelid, c.relname, k.contype,
                   coalesce(k.conname, c.relname) as name, n.nspname
            from pg_inherits h
            join parent p on p.indexrelid = h.inhparent
            join pg_index i on i.indexrelid = h.inhrelid
            join pg_class c on c.oid = h.inhrelid
            join pg_namespace n on n.oid = c.relnamespace
            left join pg_constraint k on k.conindid = h.inhrelid and k.contype in ('p', 'u')
        )
        select 0, l.indrelid::regclass::text, l.relname::text, pg_get_indexdef(l.inhrelid), '' from leaf l
        union all
        select 1, p.indrelid::regclass::text, p.relname || ' (parent)',
               case when p.key is null then pg_get_indexdef(p.indexrelid)
                    else format('alter table only %s add constraint %I %s',
                                p.indrelid::regclass, p.conname, pg_get_constraintdef(p.key)) end
               || coalesce((
                    select string_agg(
                        case when l.contype is null then ''
                             else format('; alter table %s add constraint %I %s using index %I',
                                         l.indrelid::regclass, l.name,
                                         case l.contype when 'p' then 'primary key' else 'unique' end, l.relname) end
                        || format('; alter index %s attach partition %I.%I', p.indexrelid::regclass, l.nspname, l.name),
                        '' order by l.relname)
                    from leaf l
                    where l.inhparent = p.indexrelid), ''),
               case when p.key is null then format('drop index %s', p.indexrelid::regclass)
                    else format('alter table %s drop constraint %I', p.indrelid::regclass, p.conname) end
        from parent p
        order by 1, 2, 3
        """
    );

    private static readonly Sql Triggers = new(
        """
        select 4, t.tgrelid::regclass::text, t.tgname::text,
               format('alter table %s enable %strigger %I', t.tgrelid::regclass,
                      case t.tgenabled when 'A' then 'always ' when 'R' then 'replica ' else '' end, t.tgname),
               format('alter table %s disable trigger %I', t.tgrelid::regclass, t.tgname)
        from pg_trigger t
        where not t.tgisinternal and t.tgparentid = 0 and t.tgenabled <> 'D'
          and t.tgrelid = any(select unnest($1)::regclass::oid)
        order by 1, 2, 3
        """
    );

    private static readonly Sql Save = new(
        """
        insert into migration.deferred (step, target_table, name, definition)
        values ($1, $2, $3, $4)
        on conflict (step, target_table, name) do update set definition = excluded.definition
        """
    );

    /// <summary>Saves and drops in one transaction; what an earlier attempt took off stays saved.</summary>
    public static async Task DropAsync(
        NpgsqlConnection target,
        IEnumerable<TableName> tables,
        CancellationToken cancellationToken
    )
    {
        var names = tables.Select(table => Sql.Format($"{table}").Text).Distinct().ToArray();
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        await target.ExecuteAsync(new Sql("set local search_path = ''"), cancellationToken);
        foreach (var query in new[] { ForeignKeys, PartitionedIndexes, Indexes, Triggers })
        {
            foreach (var item in await target.ListAsync(query, Read, cancellationToken, [names]))
            {
                await target.ExecuteAsync(Save, cancellationToken, item.Step, item.Table, item.Name, item.Definition);
                if (item.Drop.Length > 0)
                {
                    await target.ExecuteAsync(Sql.Expression(item.Drop), cancellationToken);
                }
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static DeferredObject Read(NpgsqlDataReader row) =>
        new(row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4));
}
