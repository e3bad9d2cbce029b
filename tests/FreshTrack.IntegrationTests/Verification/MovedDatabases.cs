using FreshTrack.Plan;
using FreshTrack.Verification;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace FreshTrack.IntegrationTests.Verification;

/// <summary>A source and its faultless target, to be damaged and verified.</summary>
internal sealed class MovedDatabases(NpgsqlDataSource source, NpgsqlDataSource target) : IAsyncDisposable
{
    /// <summary>Stands still, after the last of the rows.</summary>
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero));

    public NpgsqlDataSource Source => source;

    public NpgsqlDataSource Target => target;

    public static async Task<MovedDatabases> CreateAsync(Servers servers, CancellationToken cancellationToken)
    {
        var moved = new MovedDatabases(
            NpgsqlDataSource.Create(await servers.CreateSourceAsync(cancellationToken)),
            NpgsqlDataSource.Create(await servers.CreateDatabaseAsync(cancellationToken))
        );
        await Task.WhenAll(
            moved.RunAsync(source: true, MovedSchema.Source, cancellationToken),
            moved.RunAsync(source: false, MovedSchema.Source + MovedSchema.IntoTarget, cancellationToken)
        );
        return moved;
    }

    /// <summary>Foreign keys and triggers do not fire, as with a careless mover.</summary>
    public async Task DamageAsync(string sql, CancellationToken cancellationToken) =>
        await RunAsync(source: false, "set session_replication_role = replica; " + sql, cancellationToken);

    public async Task RunAsync(bool source, string sql, CancellationToken cancellationToken)
    {
        await using var command = (source ? Source : Target).CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<object?> ScalarAsync(bool source, string sql, CancellationToken cancellationToken)
    {
        await using var command = (source ? Source : Target).CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    public Task<VerificationResult> VerifyAsync(CancellationToken cancellationToken, MigrationPlan? plan = null) =>
        Verifier.RunAsync(
            new VerificationRequest(plan ?? MovedPlan.Create(), source, target) { Clock = Clock },
            progress: null,
            cancellationToken
        );

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await target.DisposeAsync();
    }
}
