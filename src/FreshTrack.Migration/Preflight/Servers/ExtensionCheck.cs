using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Extensions that the source has and the target lacks.</summary>
internal static class ExtensionCheck
{
    private static readonly Sql Names = new("select extname::text from pg_extension order by 1");

    private static readonly Sql Columns = new(
        """
        select n.nspname, c.relname, a.attname, e.extname
        from pg_depend d
        join pg_extension e on e.oid = d.refobjid
        join pg_type t on t.oid = d.objid
        join pg_attribute a on a.atttypid in (t.oid, t.typarray) and a.attnum > 0 and not a.attisdropped
        join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
        where d.classid = 'pg_type'::regclass and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
        order by 1, 2, 3
        """
    );

    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var there = await survey.Target.ListAsync(Names, row => row.GetString(0), cancellationToken);
        var lacking = (await survey.Source.ListAsync(Names, row => row.GetString(0), cancellationToken))
            .Except(there)
            .ToList();
        if (lacking.Count == 0)
        {
            return [];
        }

        var typed = await survey.Source.ListAsync(
            Columns,
            row =>
                (
                    Table: new TableName(row.GetString(0), row.GetString(1)),
                    Column: row.GetString(2),
                    Extension: row.GetString(3)
                ),
            cancellationToken
        );
        var needed = typed
            .Where(item =>
                lacking.Contains(item.Extension)
                && survey.Plan.Tables.Any(table => Moves(table, item.Table, item.Column))
            )
            .ToList();
        var findings = needed.ConvertAll(item => new Finding(
            FindingCodes.ExtensionMissing,
            Verdict.Fail,
            $"{item.Table}.{item.Column}",
            $"its type is of the extension '{item.Extension}', which the target lacks; create the extension "
                + "and give the target's column that type, or write the conversion as an expression under 'columns'"
        ));
        var others = lacking.Except(needed.Select(item => item.Extension)).ToList();
        if (others.Count > 0)
        {
            findings.Add(
                new Finding(
                    FindingCodes.ExtensionNotNeeded,
                    Verdict.Warn,
                    "database",
                    $"the target lacks {string.Join(", ", others.Select(name => $"'{name}'"))}; no column "
                        + "that moves needs them, but the application may"
                )
            );
        }

        return findings;
    }

    private static bool Moves(TableProjection table, TableName source, string column) =>
        table.Source == source
        && table.Columns.Any(projection =>
            projection.SourceType is not null && projection.Expression.Text == Sql.Quote(column)
        );
}
