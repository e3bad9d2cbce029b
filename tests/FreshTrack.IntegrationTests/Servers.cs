using FreshTrack.IntegrationTests;
using Npgsql;

[assembly: AssemblyFixture(typeof(Servers))]

namespace FreshTrack.IntegrationTests;

/// <summary>The servers that all integration tests share; every test takes a database of its own.</summary>
public sealed class Servers : IAsyncLifetime
{
    private string server = "";

    public ValueTask InitializeAsync()
    {
        server = Environment.GetEnvironmentVariable("FRESHTRACK_TEST_POSTGRES") ?? "Host=127.0.0.1;Port=54170;Username=postgres;Password=postgres";
        return ValueTask.CompletedTask;
    }

    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = $"test_{Guid.CreateVersion7():N}";
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
