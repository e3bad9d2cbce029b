using FreshTrack.Plan;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Contents;

/// <summary>Both sides of one table of the plan, brought to common forms.</summary>
internal sealed record ComparedTable(TableProjection Table, HashedTable Source, HashedTable Target)
{
    /// <exception cref="IncomparableException">The plan maps no column, the key is no mapped column, or two types have no common form.</exception>
    /// <exception cref="QueryFailedException">A table or column is missing, or an expression is wrong.</exception>
    public static async Task<ComparedTable> PrepareAsync(TableProjection table, Session source, Session target, CancellationToken cancellationToken)
    {
        var names = table.Columns.Select(column => column.Target).ToList();
        if (names.Count == 0)
        {
            throw new IncomparableException($"The plan maps no column of {table.Target}.");
        }

        var (sourceTypes, targetTypes) = await BothSides.AskAsync(
            token => ColumnType.DescribeAsync(source, Projection.OfSource(table), names, token),
            token => ColumnType.DescribeAsync(target, Projection.OfTarget(table), names, token),
            cancellationToken);
        var forms = table.Columns.Select((column, index) => FormOf(table, column, sourceTypes[index], targetTypes[index])).ToList();
        var key = KeyOf(table, names);
        var secret = table.Columns.Select(column => column.IsSecret).ToList();
        return new ComparedTable(
            table,
            new HashedTable(Projection.OfSource(table), Values(names, forms.Select(form => form.Source)), key, secret),
            new HashedTable(Projection.OfTarget(table), Values(names, forms.Select(form => form.Target)), key, secret));
    }

    private static CanonicalForm FormOf(TableProjection table, ColumnProjection column, ColumnType source, ColumnType target) =>
        CanonicalForm.Between(source, target, KeepsAnyScale(column)) ?? throw new IncomparableException(
            $"{table.Target}.{column.Target}: source type {source.Name} and target type {target.Name} have no common form. "
            + "Convert in the plan's expression, so that both are of one type.");

    /// <summary>The scale is part of the value when the column takes any, and of no matter to compare when both types are equal and fix it.</summary>
    private static bool KeepsAnyScale(ColumnProjection column) =>
        column.Type == "numeric" || column.SourceType == column.Type;

    private static List<int> KeyOf(TableProjection table, List<string> names)
    {
        var key = table.Key.Select(column => names.IndexOf(column)).ToList();
        var absent = key.IndexOf(-1);
        if (absent >= 0)
        {
            throw new IncomparableException($"{table.Target}: key column {table.Key[absent]} is filled by nothing in the plan. Name a key of mapped columns.");
        }

        return key.Count > 0 ? key : [.. Enumerable.Range(0, names.Count)];
    }

    private static List<Sql> Values(List<string> names, IEnumerable<string> forms) =>
        [.. names.Zip(forms, (name, form) => CanonicalForm.Apply(form, Sql.Format($"r.{new Identifier(name)}")))];
}

/// <summary>The two sides of a table cannot be compared as the plan stands.</summary>
public sealed class IncomparableException(string message) : Exception(message);
