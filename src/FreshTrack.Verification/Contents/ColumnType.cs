using FreshTrack.Plan;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Contents;

/// <summary>A column's type as its own database knows it, domains unwrapped.</summary>
/// <param name="Name">As <c>format_type</c> prints it, without length or scale.</param>
/// <param name="BuiltIn">The same type with the same wire form on every server.</param>
/// <param name="Element">Of arrays.</param>
internal sealed record ColumnType(string Name, bool BuiltIn, TypeFamily Family, ColumnType? Element = null)
{
    /// <summary>Types of all columns of a projection. Reads no row.</summary>
    /// <exception cref="QueryFailedException">A table or column is missing, an expression is wrong, or the answer is
    /// not one type a column.</exception>
    public static async Task<IReadOnlyList<ColumnType>> DescribeAsync(
        Session session,
        Sql projection,
        IReadOnlyList<string> columns,
        CancellationToken cancellationToken
    )
    {
        var types = Sql.Join(", ", columns.Select(column => Sql.Format($"pg_typeof(r.{new Identifier(column)})::oid")));
        var sql = Sql.Format(
            $"""
            with recursive typed(ordinal, oid) as (
              select u.ordinal, u.oid
              from (
                select array[{types}] as oids
                from (select) as nothing left join (select * from ({projection}) as p limit 0) as r on true
              ) as described, unnest(described.oids) with ordinality as u(oid, ordinal)
              union all
              select typed.ordinal, t.typbasetype
              from typed
              join pg_type as t on t.oid = typed.oid
              where t.typtype = 'd'
            )
            select format_type(t.oid, null), t.oid < 16384, t.typtype::text, t.typcategory::text,
                   format_type(e.oid, null), e.oid < 16384, e.typtype::text, e.typcategory::text
            from typed
            join pg_type as t on t.oid = typed.oid
            left join pg_type as e on e.oid = t.typelem and t.typcategory = 'A'
            where t.typtype <> 'd'
            order by typed.ordinal
            """
        );
        var described = await session.ListAsync(
            sql,
            row =>
                Create(
                    row.GetString(0),
                    row.GetBoolean(1),
                    row.GetString(2),
                    row.GetString(3),
                    row.IsDBNull(4)
                        ? null
                        : Create(row.GetString(4), row.GetBoolean(5), row.GetString(6), row.GetString(7), null)
                ),
            cancellationToken
        );
        return described.Count == columns.Count
            ? described
            : throw new QueryFailedException(
                $"The {session.Side} described {described.Count} of {columns.Count} columns."
            );
    }

    public static ColumnType Create(string name, bool builtIn, string kind, string category, ColumnType? element) =>
        new(name, builtIn, FamilyOf(name, kind, category), element);

    private static TypeFamily FamilyOf(string name, string kind, string category) =>
        (name, kind, category) switch
        {
            (_, "e", _) or (_, _, "S") => TypeFamily.Text,
            (_, _, "A") => TypeFamily.Array,
            ("smallint" or "integer" or "bigint", _, _) => TypeFamily.Integer,
            ("numeric", _, _) => TypeFamily.Numeric,
            ("real" or "double precision", _, _) => TypeFamily.Float,
            ("boolean", _, _) => TypeFamily.Boolean,
            ("uuid", _, _) => TypeFamily.Uuid,
            ("date" or "timestamp without time zone", _, _) => TypeFamily.LocalTime,
            _ => TypeFamily.Other,
        };
}

internal enum TypeFamily
{
    Other,
    Text,
    Array,
    Integer,
    Numeric,
    Float,
    Boolean,
    Uuid,
    LocalTime,
}
