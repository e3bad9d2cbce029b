using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>The rows that a foreign key may point at, as a relation called <c>parent</c> on the source.</summary>
/// <param name="Values">Parameters of <paramref name="Rows"/>.</param>
internal sealed record ReferencedRows(Sql Rows, object[] Values)
{
    private const int MaxRows = 200_000;

    /// <summary>What the plan moves there; for a table that the plan does not fill, what the target has
    /// already.</summary>
    /// <returns>Null when those are too many to bring over.</returns>
    public static async Task<ReferencedRows?> OfAsync(
        Survey survey,
        CatalogConstraint key,
        CancellationToken cancellationToken
    )
    {
        if (survey.Filled(key.References!.Value) is { } filled)
        {
            return new ReferencedRows(filled.Rows(key.ReferencedColumns, "parent"), []);
        }

        var columns = key
            .ReferencedColumns.Select(name => survey.TargetCatalog.Tables[key.References.Value].Column(name)!)
            .ToList();
        var rows = await survey.Target.ListAsync(
            Sql.Format(
                $"select "
                    + $"{Sql.Join(", ", columns.Select(column => Sql.Format($"{new Identifier(column.Name)}::text")))} "
                    + $"from {key.References.Value} limit {MaxRows + 1}"
            ),
            row =>
                Enumerable.Range(0, columns.Count).Select(at => row.IsDBNull(at) ? null : row.GetString(at)).ToArray(),
            cancellationToken
        );
        if (rows.Count > MaxRows)
        {
            return null;
        }

        var arrays = Sql.Join(", ", columns.Select((_, at) => Sql.Format($"${at + 1}::text[]")));
        var names = Sql.Join(", ", columns.Select((_, at) => Sql.Format($"c{at}")));
        var typed = Sql.Join(
            ", ",
            columns.Select(
                (column, at) =>
                    Sql.Format($"c{at}::{Sql.Expression(column.TransportType)} as {new Identifier(column.Name)}")
            )
        );
        return new ReferencedRows(
            Sql.Format($"(select {typed} from unnest({arrays}) as given({names})) parent"),
            [.. columns.Select((_, at) => rows.Select(row => row[at]).ToArray())]
        );
    }
}
