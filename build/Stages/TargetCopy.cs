using FreshTrack.Cutover.Deploy;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Build.Stages;

/// <summary>A copy of a stage's target, with an API of its own.</summary>
public sealed class TargetCopy : IAsyncDisposable
{
    private const string Name = "freshtrack_load";
    private const string Original = "freshtrack";

    private readonly Stage stage;
    private readonly NpgsqlDataSource server;
    private readonly StageApi api;
    private bool hasEnded;

    private TargetCopy(Stage stage, NpgsqlDataSource server, NpgsqlDataSource database, StageApi api, Uri address)
    {
        (this.stage, this.server, this.api) = (stage, server, api);
        (Database, Api) = (database, address);
    }

    /// <summary>What stands around the target's API, and stands still meanwhile; null for none.</summary>
    private StackServices? Stack { get; init; }

    public NpgsqlDataSource Database { get; }

    public Uri Api { get; }

    /// <summary>Nobody else may be in a database while it is copied, so the target's API stops first.</summary>
    /// <param name="stack">What stands around the target's API; null for none.</param>
    public static async Task<TargetCopy> StartAsync(
        Stage stage,
        StackServices? stack,
        CancellationToken cancellationToken
    )
    {
        await PauseAsync(stack, isPaused: true, cancellationToken);
        try
        {
            return await CopyAsync(stage, stack, cancellationToken);
        }
        catch
        {
            await PauseAsync(stack, isPaused: false, CancellationToken.None);
            throw;
        }
    }

    private static async Task<TargetCopy> CopyAsync(
        Stage stage,
        StackServices? stack,
        CancellationToken cancellationToken
    )
    {
        await stage.Api.StopAsync(cancellationToken);
        var databases = NpgsqlDataSource.Create(On(stage, "postgres"));
        await databases.ExecuteAsync(EndSessions, cancellationToken);
        await databases.ExecuteAsync(new Sql($"create database {Name} template {Original}"), cancellationToken);
        var second = stage.ApiOn(Name);
        var address = await second.StartAsync(cancellationToken);
        return new TargetCopy(stage, databases, NpgsqlDataSource.Create(On(stage, Name)), second, address)
        {
            Stack = stack,
        };
    }

    /// <summary>Stops the copy's API and starts the target's again.</summary>
    /// <returns>The address of the target's API.</returns>
    public async Task<Uri> EndAsync(CancellationToken cancellationToken)
    {
        await api.StopAsync(cancellationToken);
        var address = await stage.Api.StartAsync(cancellationToken);
        await PauseAsync(Stack, isPaused: false, cancellationToken);
        hasEnded = true;
        return address;
    }

    public async ValueTask DisposeAsync()
    {
        if (!hasEnded)
        {
            await api.StopAsync(CancellationToken.None);
            await PauseAsync(Stack, isPaused: false, CancellationToken.None);
        }

        await Database.DisposeAsync();
        await server.ExecuteAsync(new Sql($"drop database {Name} with (force)"), CancellationToken.None);
        await server.DisposeAsync();
    }

    private static Task PauseAsync(StackServices? stack, bool isPaused, CancellationToken cancellationToken) =>
        stack?.PauseAsync(isPaused, cancellationToken) ?? Task.CompletedTask;

    // Idle sessions of pools; who still works there comes again.
    private static readonly Sql EndSessions = new(
        $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{Original}'"
    );

    private static string On(Stage stage, string database) =>
        new NpgsqlConnectionStringBuilder(stage.Target) { Database = database }.ConnectionString;
}
