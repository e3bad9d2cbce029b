using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Derives, from a column's types, the conditions under which its rows would not arrive as they are.</summary>
internal static class RowConditions
{
    /// <param name="users">The projection of the users that move; null when none do.</param>
    public static IEnumerable<Condition> Of(TableProjection table, ColumnProjection column, TableProjection? users)
    {
        var value = Sql.Format($"({column.Expression})");
        if (MayRefuse(column))
        {
            // Hits nothing: a cast that cannot be done is an error, and its scan finds which.
            yield return Condition(
                FindingCodes.ValueDoesNotCast,
                $"values that are no {column.TransportType}",
                Sql.Format($"{value} is not null and {column.Transport} is null")
            );
        }

        if (column.MayMissValue)
        {
            yield return Condition(
                FindingCodes.NullNotAllowed,
                "NULL, where the target takes none",
                Sql.Format($"{value} is null")
            );
        }

        if (column.Labels is { } labels)
        {
            var known = Sql.Join(", ", labels.Select(Sql.Literal));
            yield return Condition(
                FindingCodes.EnumLabelMissing,
                $"labels that the target's {column.Type} lacks",
                Sql.Format($"{value}::text not in ({known})")
            );
        }
        else if (
            (column.Narrowing is not null || column.SourceType is null)
            && LossyCast.Hit(column.Type, column.SourceType ?? column.TransportType, value) is { } lossy
        )
        {
            yield return Condition(
                FindingCodes.ValueDoesNotFit,
                $"values that {column.Type} would round, cut or refuse",
                lossy
            );
        }

        if (column.IsUser && table.Source != ResolvedPlan.AuthUsers)
        {
            // Users that 'where' leaves behind have no place in the user map either.
            var known = users is null ? new Sql("true") : new SourceRows(users).Filter;
            yield return Condition(
                FindingCodes.UserNotFound,
                $"user ids that {ResolvedPlan.AuthUsers} does not have, or that the plan leaves behind. Give the "
                    + "column an expression that is null for them, or leave the rows behind with 'where'",
                Sql.Format(
                    $"{value} is not null and {value}::uuid not in (select id from {ResolvedPlan.AuthUsers} "
                        + $"where {known})"
                )
            );
        }

        Condition Condition(string code, string message, Sql hit) =>
            new(code, Verdict.Fail, $"{table.Target}.{column.Target}", message, hit)
            {
                Cast = new ConditionCast(column.Expression, column.TransportType),
            };
    }

    /// <summary>Everything can be text, and a type that is only wider or narrower is
    /// <see cref="LossyCast"/>'s.</summary>
    private static bool MayRefuse(ColumnProjection column) =>
        column.TransportType is not ("text" or "character varying" or "bpchar")
        && (
            column.SourceType is null
            || TypeShape.Of(column.SourceType).Name is "text" or "character varying" or "character"
        );
}
