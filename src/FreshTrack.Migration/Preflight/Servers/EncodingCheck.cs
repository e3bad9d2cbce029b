using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Texts that the target could not hold in its encoding.</summary>
internal static class EncodingCheck
{
    private const string Bytes = "SQL_ASCII";

    private static readonly Sql Encoding = new(
        "select pg_encoding_to_char(encoding)::text from pg_database where datname = current_database()"
    );

    private static readonly string[] Texts =
    [
        "text",
        "character varying",
        "bpchar",
        "json",
        "jsonb",
        "xml",
        "text[]",
        "character varying[]",
    ];

    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var from = await survey.Source.ScalarAsync<string>(Encoding, cancellationToken);
        var to = await survey.Target.ScalarAsync<string>(Encoding, cancellationToken);
        if (from == to)
        {
            return [];
        }

        var findings = new List<Finding>
        {
            new(
                FindingCodes.EncodingDiffers,
                Verdict.Warn,
                "database",
                $"the source's encoding is {from}, the target's {to}; create the target with encoding "
                    + $"{(from == Bytes ? "UTF8, and give the source's texts one encoding" : from)}"
            ),
        };
        foreach (var table in to is "UTF8" && from is not Bytes ? [] : survey.Tables)
        {
            var conditions = table
                .Target.Columns.Where(column => !column.IsGenerated && Texts.Contains(column.TransportType))
                .Where(column => table.Entries.Any(entry => MappedTable.Projection(entry, column.Name) is not null))
                .Select(column => Condition(table, column, from!, to!));
            findings.AddRange(
                await new ConditionScan(survey.Source, table).RunAsync([.. conditions], cancellationToken)
            );
        }

        return findings;
    }

    private static Condition Condition(MappedTable table, CatalogColumn column, string from, string to)
    {
        var text = Sql.Format($"{new Identifier(column.Name)}::text");
        // Of bytes without an encoding, and of encodings without a range of their own, only ASCII is sure to arrive.
        var hit =
            to == "LATIN1" && from == "UTF8"
                ? Sql.Format($"{text} ~ '[^\\u0001-\\u00FF]'")
                : Sql.Format($"{text} ~ '[^\\x01-\\x7F]'");
        var sure = to == "LATIN1" || from == Bytes;
        return new Condition(
            FindingCodes.TextNotEncodable,
            sure && to != Bytes ? Verdict.Fail : Verdict.Warn,
            $"{table.Name}.{column.Name}",
            from == Bytes ? $"texts beyond ASCII, whose encoding the source does not know: {to} may refuse them"
                : sure ? $"texts that {to} has no characters for"
                : $"texts that {to} may have no characters for, or takes as bytes without checking them",
            hit
        )
        {
            Columns = [column.Name],
        };
    }
}
