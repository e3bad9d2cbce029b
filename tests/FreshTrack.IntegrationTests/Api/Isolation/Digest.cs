using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Isolation;

/// <summary>The content of a database, or what in it has to do with one organization, as a few bytes.</summary>
internal static class Digest
{
    private const string TablesSql =
        "select string_agg(format('%I', table_name), ',') "
        + "from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'";

    /// <summary>Every row that mentions one of these ids, in any column of any table; all rows without ids.</summary>
    public static async Task<string> OfAsync(
        NpgsqlDataSource data,
        CancellationToken cancellationToken,
        params IReadOnlyList<Guid> ids
    )
    {
        var tables = (await data.ValueAsync<string>(TablesSql, cancellationToken)).Split(',');
        var pattern = ids.Count == 0 ? "" : string.Join('|', ids);
        var rows = string.Join(
            " union all ",
            tables.Select(table =>
                $"select '{table} ' || t::text as row from public.{table} t where t::text ~ '{pattern}'"
            )
        );
        return await data.ValueAsync<string>(
            "select count(*) || ' ' || coalesce(md5(string_agg(row, '|' order by row)), '') "
                + $"from ({rows}) as everything",
            cancellationToken
        );
    }
}
