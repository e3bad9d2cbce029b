using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Contents;

/// <summary>Both sides of one table of the target, brought to common forms.</summary>
internal sealed record ComparedTable(TargetTable Table, HashedTable Source, HashedTable Target)
{
    /// <exception cref="IncomparableException">The plan maps no column, the key is no mapped column, or two types have
    /// no common form.</exception>
    /// <exception cref="QueryFailedException">A table or column is missing, or an expression is wrong.</exception>
    public static async Task<ComparedTable> PrepareAsync(
        TargetTable table,
        Session source,
        Session target,
        CancellationToken cancellationToken
    )
    {
        var names = table.Columns.Select(column => column.Target).ToList();
        if (names.Count == 0)
        {
            throw new IncomparableException($"The plan maps no column of {table.Name}.");
        }

        await DemandNoDefaultAsync(table, target, cancellationToken);
        var projections = table.Entries.Select(entry => Projection.OfSource(entry, table.Columns)).ToList();
        var (sourceTypes, targetTypes) = await BothSides.AskAsync(
            token => DescribeAllAsync(source, projections, names, token),
            token => ColumnType.DescribeAsync(target, Projection.OfTarget(table), names, token),
            cancellationToken
        );
        var forms = sourceTypes.Select(types => FormsOf(table, types, targetTypes)).ToList();
        var (key, secret) = (
            KeyOf(table, names),
            table.Columns.Select(column => table.Secret.Contains(column.Target)).ToList()
        );
        return new ComparedTable(
            table,
            new HashedTable(
                [
                    .. projections.Zip(
                        forms,
                        (projection, form) =>
                            new ProjectedRows(projection, Values(names, form.Select(pair => pair.Source)))
                    ),
                ],
                key,
                secret
            ),
            new HashedTable(
                [new ProjectedRows(Projection.OfTarget(table), Values(names, TargetForms(table, forms)))],
                key,
                secret
            )
        );
    }

    /// <summary>A column that one entry fills and another leaves to the target's default: nothing says what it must
    /// hold.</summary>
    private static async Task DemandNoDefaultAsync(
        TargetTable table,
        Session target,
        CancellationToken cancellationToken
    )
    {
        var open = table
            .Entries.SelectMany(
                entry =>
                    table.Columns.Select(column => column.Target).Except(entry.Columns.Select(column => column.Target)),
                (entry, column) => (entry, column)
            )
            .ToList();
        var defaults =
            open.Count == 0
                ? []
                : await target.ListAsync(
                    Sql.Format(
                        $"select attname::text from pg_attribute where attrelid = "
                            + $"{Sql.Literal($"{Sql.Format($"{table.Name}")}")}::regclass and (atthasdef or "
                            + $"attidentity <> '')"
                    ),
                    row => row.GetString(0),
                    cancellationToken
                );
        if (open.Find(left => defaults.Contains(left.column)) is { column: { } column, entry: { } entry })
        {
            throw new IncomparableException(
                $"{table.Name}.{column}: the entry of {entry.Source} leaves it to the target's default "
                    + "while another entry fills it, so nothing says what it must hold. Name it in each entry."
            );
        }
    }

    private static async Task<IReadOnlyList<IReadOnlyList<ColumnType>>> DescribeAllAsync(
        Session session,
        IReadOnlyList<Sql> projections,
        IReadOnlyList<string> names,
        CancellationToken cancellationToken
    )
    {
        var described = new List<IReadOnlyList<ColumnType>>();
        foreach (var projection in projections)
        {
            described.Add(await ColumnType.DescribeAsync(session, projection, names, cancellationToken));
        }

        return described;
    }

    private static List<CanonicalForm> FormsOf(
        TargetTable table,
        IReadOnlyList<ColumnType> source,
        IReadOnlyList<ColumnType> target
    ) =>
        [
            .. table.Columns.Select(
                (column, index) =>
                    CanonicalForm.Between(source[index], target[index], KeepsAnyScale(column))
                    ?? throw new IncomparableException(
                        $"{table.Name}.{column.Target}: source type {source[index].Name} and target type "
                            + $"{target[index].Name} have no common form. "
                            + "Convert in the plan's expression, so that both are of one type."
                    )
            ),
        ];

    /// <summary>The target's rows do not tell which entry they came from, so they take one form only.</summary>
    private static IEnumerable<string> TargetForms(TargetTable table, List<List<CanonicalForm>> forms)
    {
        var other = table
            .Columns.Where((_, index) => forms.Any(form => form[index].Target != forms[0][index].Target))
            .FirstOrDefault();
        return other is null
            ? forms[0].Select(form => form.Target)
            : throw new IncomparableException(
                $"{table.Name}.{other.Target}: its {table.Entries.Count} entries bring types that compare "
                    + "in different forms. Convert in the plan's expressions, so that all are of one type."
            );
    }

    /// <summary>The scale is part of the value when the column takes any, and of no matter to compare when both types
    /// are equal and fix it.</summary>
    private static bool KeepsAnyScale(ColumnProjection column) =>
        column.Type == "numeric" || column.SourceType == column.Type;

    private static List<int> KeyOf(TargetTable table, List<string> names)
    {
        var key = table.Key.Select(column => names.IndexOf(column)).ToList();
        var absent = key.IndexOf(-1);
        if (absent >= 0)
        {
            throw new IncomparableException(
                $"{table.Name}: key column {table.Key[absent]} is filled by nothing in the plan. Name a "
                    + "key of mapped columns."
            );
        }

        return key.Count > 0 ? key : [.. Enumerable.Range(0, names.Count)];
    }

    private static List<Sql> Values(List<string> names, IEnumerable<string> forms) =>
        [.. names.Zip(forms, (name, form) => CanonicalForm.Apply(form, Sql.Format($"r.{new Identifier(name)}")))];
}

/// <summary>The two sides of a table cannot be compared as the plan stands.</summary>
public sealed class IncomparableException(string message) : Exception(message);
