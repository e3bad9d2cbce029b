using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Texts that would be sorted, or taken as equal, by other rules than in the source.</summary>
internal static class CollationCheck
{
    // The locale has had three names: datcollate alone, daticulocale (15), datlocale (17).
    private static readonly Sql Default = new(
        """
        select case to_jsonb(d) ->> 'datlocprovider' when 'i' then 'ICU' when 'b' then 'builtin' else 'libc' end || ' '
            || coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', datcollate)
        from pg_database d where datname = current_database()
        """
    );

    private static readonly Sql InKeys = new(
        """
        select distinct n.nspname, c.relname, coalesce(a.attname, ''), o.collname
        from pg_index i
        cross join lateral unnest(i.indcollation::oid[], i.indkey::int2[]) x(coll, num)
        join pg_collation o on o.oid = x.coll and not o.collisdeterministic
        join pg_class c on c.oid = i.indrelid
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_attribute a on a.attrelid = c.oid and a.attnum = x.num and x.num > 0
        where i.indisunique
        order by 1, 2, 3
        """
    );

    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var from = await survey.Source.ScalarAsync<string>(Default, cancellationToken);
        var to = await survey.Target.ScalarAsync<string>(Default, cancellationToken);
        if (from != to)
        {
            findings.Add(
                new Finding(
                    FindingCodes.CollationDiffers,
                    Verdict.Warn,
                    "database",
                    $"texts are sorted by '{from}' in the source and by '{to}' in the target: orders and "
                        + "ranges of texts may differ"
                )
            );
        }

        var keys = await survey.Target.ListAsync(
            InKeys,
            row =>
                (
                    Table: new TableName(row.GetString(0), row.GetString(1)),
                    Column: row.GetString(2),
                    Collation: row.GetString(3)
                ),
            cancellationToken
        );
        findings.AddRange(
            keys.Where(key => survey.Filled(key.Table) is not null)
                .Select(key => new Finding(
                    FindingCodes.CollationNondeterministic,
                    Verdict.Warn,
                    key.Column.Length == 0 ? key.Table.ToString() : $"{key.Table}.{key.Column}",
                    $"its unique key takes texts as equal by the collation '{key.Collation}', which "
                        + "preflight does not: texts that differ for the source may collide in the target"
                ))
        );
        return findings;
    }
}
