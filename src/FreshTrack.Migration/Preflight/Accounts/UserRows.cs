using FreshTrack.Migration.Users;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>The users that move, with what conditions ask of them.</summary>
internal static class UserRows
{
    // The rule of HTML's e-mail inputs, which the library that Stack Auth checks with keeps to. In «C», or letters of
    // other scripts could count as ASCII's.
    private static readonly Sql IsAddress = new(
        """
        email ~* ('^[a-z0-9.!#$%&''*+/=?^_`{|}~-]+@'
          || '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$') collate "C"
        """
    );

    // What a sign-in by mail asks for besides: at most 256 characters, a domain with a dot, no empty part.
    private static readonly Sql IsSignInAddress = new(
        """length(email) <= 256 and email ~ '^[^.]+(\.[^.]+)*@.*\.[^.][^.]+$'"""
    );

    // As JavaScript counts them: characters beyond U+FFFF are two.
    private static readonly Sql NameLength = new(
        """coalesce(length(name) + length(regexp_replace(name, '[^\U00010000-\U0010FFFF]', '', 'g')), 0)"""
    );

    private static readonly Sql OfMetadata = new(
        """
        (select array_agg(p) from jsonb_array_elements_text(
          case jsonb_typeof(to_jsonb(u) -> 'raw_app_meta_data' -> 'providers')
            when 'array' then to_jsonb(u) -> 'raw_app_meta_data' -> 'providers' end) as p)
        """
    );

    private static readonly Sql OfIdentities = new(
        "(select array_agg(i.provider::text) from auth.identities i where i.user_id = u.id)"
    );

    /// <summary>What follows FROM, with the columns that <see cref="UserConditions"/> names.</summary>
    /// <param name="source">In a transaction.</param>
    public static async Task<Sql> OfAsync(
        NpgsqlConnection source,
        TableProjection users,
        CancellationToken cancellationToken
    )
    {
        // Older versions have no such table, and a role may be kept from it.
        var identities = await source.TryAsync(
            () =>
                source.ScalarAsync<long>(
                    Sql.Format(
                        $"select count(i.provider) from auth.identities i "
                            + $"join {UserSql.Moved(users)} on i.user_id = u.id"
                    ),
                    cancellationToken
                ),
            cancellationToken
        );
        var providers = identities.Error is null ? Sql.Format($"coalesce({OfIdentities}, {OfMetadata})") : OfMetadata;
        return Sql.Format(
            $"""
            (select r.*, {IsAddress} as is_address, {IsSignInAddress} as takes_codes, {NameLength} as name_length,
                count(*) over (partition by email) as sharing
              from (select u.id, {UserSql.Email} as email, {UserSql.IsConfirmed} as is_confirmed,
                  {UserSql.Name} as name, {UserSql.IsBanned} as is_banned, {UserSql.IsDeleted} as is_deleted,
                  coalesce((to_jsonb(u) ->> 'is_sso_user')::boolean, false) as is_sso,
                  coalesce((to_jsonb(u) ->> 'is_anonymous')::boolean, false) as is_anonymous,
                  btrim(coalesce(to_jsonb(u) ->> 'phone', '')) <> '' as has_phone,
                  {providers} as providers
                from {UserSql.Moved(users)}) r) as r
            """
        );
    }
}
