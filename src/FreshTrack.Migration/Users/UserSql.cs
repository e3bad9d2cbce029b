using FreshTrack.Plan;

namespace FreshTrack.Migration.Users;

/// <summary>What moves of a row <c>u</c> of <c>auth.users</c>, as SQL that preflight and the move share. Columns that
/// not every Supabase version has are read through jsonb.</summary>
internal static class UserSql
{
    /// <summary>The address as Stack Auth keeps and compares it: without spaces around it, in lower case; empty when
    /// there is none.</summary>
    public static readonly Sql Email = new("""lower(btrim(coalesce(u.email, ''), E' \t\n\r\f\v') collate "C")""");

    public static readonly Sql IsConfirmed = new("(to_jsonb(u) ->> 'email_confirmed_at') is not null");

    /// <summary>Null when there is none.</summary>
    public static readonly Sql Name = new("nullif(to_jsonb(u) -> 'raw_user_meta_data' ->> 'full_name', '')");

    public static readonly Sql IsBanned = new("coalesce((to_jsonb(u) ->> 'banned_until')::timestamptz > now(), false)");

    public static readonly Sql IsDeleted = new("(to_jsonb(u) ->> 'deleted_at') is not null");

    /// <summary>What follows FROM: the users that the plan moves.</summary>
    public static Sql Moved(TableProjection users) =>
        Sql.Format($"(select * from {users.Source} where {Sql.Expression(users.Plan.Where ?? "true")}) as u");
}
