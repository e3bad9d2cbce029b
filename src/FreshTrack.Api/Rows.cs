using Npgsql;

namespace FreshTrack.Api;

/// <summary>Reads what a query returned.</summary>
internal static class Rows
{
    /// <summary>The rest of the current result.</summary>
    public static async Task<List<T>> ListAsync<T>(
        this NpgsqlDataReader rows,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        var list = new List<T>();
        while (await rows.ReadAsync(cancellationToken))
        {
            list.Add(read(rows));
        }

        return list;
    }
}
