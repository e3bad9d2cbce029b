using FreshTrack.Plan;

namespace FreshTrack.Cutover.Rollback;

/// <summary>A column of the source and how a row of the target fills it.</summary>
/// <param name="Expression">SQL over the target row.</param>
/// <param name="IsUser">The expression gives a user id of the target, which goes back through the user map.</param>
public sealed record ReverseColumn(CatalogColumn Column, Sql Expression, bool IsUser)
{
    /// <summary>What stands before an id that the user map lacks. No uuid begins so.</summary>
    public const string Unmapped = "unmapped ";

    private static readonly TableName UserMap = new("migration", "user_map");

    public string Name => Column.Name;

    /// <summary>The value as text, over the target row; a user id is the source's.</summary>
    public Sql Read =>
        IsUser
            ? Sql.Format(
                $"coalesce((select m.source_id::text from {UserMap} as m where m.target_id = ({Expression}\n)), "
                    + $"{Sql.Literal(Unmapped)} || ({Expression}\n)::text)"
            )
            : Sql.Format($"({Expression}\n)::text");

    /// <summary>The text as a value that may be assigned to the column: without length or scale, so that what is too
    /// long is an error and not cut.</summary>
    public Sql Written(Sql text) => Cast(text, Column);

    internal static Sql Cast(Sql text, CatalogColumn column) =>
        Sql.Format(
            $"({text})::{Sql.Expression(column.IsEnum || column.NeedsCast ? column.Type : column.TransportType)}"
        );

    /// <summary>The target's id of a user, from the source's as text.</summary>
    internal static Sql TargetUser(Sql text) =>
        Sql.Format($"(select m.target_id from {UserMap} as m where m.source_id = ({text})::uuid)");
}

/// <summary>A column of the key on both sides.</summary>
/// <param name="Lowers">The source holds as text what the target holds as uuid: it is compared in lower case.</param>
public sealed record ReverseKey(CatalogColumn Source, CatalogColumn Target, bool IsUser, bool Lowers);
