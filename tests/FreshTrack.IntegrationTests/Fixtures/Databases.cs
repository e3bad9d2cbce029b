using System.Reflection;
using Npgsql;

namespace FreshTrack.IntegrationTests.Fixtures;

internal static class Databases
{
    public static async Task<NpgsqlDataSource> NewAsync(Servers servers, CancellationToken cancellationToken) =>
        NpgsqlDataSource.Create(await servers.CreateDatabaseAsync(cancellationToken));

    public static async Task<NpgsqlDataSource> NewSourceAsync(Servers servers, CancellationToken cancellationToken) =>
        NpgsqlDataSource.Create(await servers.CreateSourceAsync(cancellationToken));

    /// <summary>Runs the API's schema scripts in order, as its migrate command does.</summary>
    public static async Task CreateTargetAsync(this NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var api = Assembly.Load("FreshTrack.Api");
        foreach (var name in api.GetManifestResourceNames().Where(name => name.EndsWith(".sql")).Order())
        {
            using var script = new StreamReader(api.GetManifestResourceStream(name)!);
            await using var command = database.CreateCommand(await script.ReadToEndAsync(cancellationToken));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>The first column of every row, as text.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(
        this NpgsqlDataSource database,
        string sql,
        CancellationToken cancellationToken
    )
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var values = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            values.Add($"{reader.GetValue(0)}");
        }

        return values;
    }

    public static async Task<T> SingleAsync<T>(
        this NpgsqlDataSource database,
        string sql,
        CancellationToken cancellationToken
    )
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
