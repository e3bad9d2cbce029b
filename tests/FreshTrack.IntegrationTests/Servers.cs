using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Source;
using FreshTrack.IntegrationTests;
using Npgsql;

[assembly: AssemblyFixture(typeof(Servers))]

namespace FreshTrack.IntegrationTests;

/// <summary>The servers that all integration tests share, started at
/// their first use; every test takes a database of its own.</summary>
/// <remarks>Without a container engine the tests that need one skip on a laptop and fail where CI=true.</remarks>
public sealed class Servers : IAsyncLifetime
{
    private readonly Lazy<Task<TestServers>> servers = new(StartAsync);

    /// <summary><c>host:port</c>.</summary>
    public string Redis => Started().Redis;

    /// <summary><c>http://KEY:SECRET@host:port/bucket</c>, with a new bucket at every reading.</summary>
    public string ObjectStore =>
        Task.Run(() => Started().CreateBucketAsync(CancellationToken.None)).GetAwaiter().GetResult();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A new database on the target's PostgreSQL.</summary>
    /// <param name="options">As in CREATE DATABASE: an encoding, a tablespace.</param>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken, string options = "") =>
        await CreateAsync((await servers.Value.WaitAsync(cancellationToken)).Postgres, options, cancellationToken);

    /// <summary>A new database on the source's PostgreSQL, which is older than the target's and has Supabase's
    /// roles; it belongs to the one that moves.</summary>
    /// <param name="options">As in CREATE DATABASE: an encoding, a tablespace.</param>
    public async Task<SourceAddress> CreateSourceAsync(CancellationToken cancellationToken, string options = "")
    {
        var server = (await servers.Value.WaitAsync(cancellationToken)).SourcePostgres;
        return new SourceAddress(
            await CreateAsync(server, $"owner {SourceAddress.MoverRole} {options}", cancellationToken)
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (servers.IsValueCreated && servers.Value.IsCompletedSuccessfully)
        {
            NpgsqlConnection.ClearAllPools();
            await (await servers.Value).DisposeAsync();
        }
    }

    /// <summary>For tests that start containers of their own:
    /// skips, or in CI goes on and fails, where no engine answers.</summary>
    public Task RequireEngineAsync(CancellationToken cancellationToken) => servers.Value.WaitAsync(cancellationToken);

    private static async Task<TestServers> StartAsync()
    {
        if (
            await DockerEngine.ApiVersionAsync(CancellationToken.None) is null
            && Environment.GetEnvironmentVariable("CI") != "true"
        )
        {
            Assert.Skip(
                "No container engine answers 'docker version'. "
                    + "Start Docker, run ./build.sh BuildImages and run again; with CI=true this is a failure."
            );
        }

        return await TestServers.StartAsync(CancellationToken.None);
    }

    private static async Task<string> CreateAsync(string server, string options, CancellationToken cancellationToken)
    {
        var name = $"test_{Guid.CreateVersion7():N}";
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"create database {name} {options}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    private TestServers Started() => servers.Value.GetAwaiter().GetResult();
}
