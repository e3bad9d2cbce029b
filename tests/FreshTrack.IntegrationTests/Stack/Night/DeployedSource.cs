using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Source;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.IntegrationTests.StackAuth;
using FreshTrack.IntegrationTests.SupabaseAuth;
using Npgsql;

namespace FreshTrack.IntegrationTests.Stack.Night;

/// <summary>The system that is left, on this machine: a filled source, Supabase Auth, and the Stack Auth that its users
/// move to.</summary>
internal sealed class DeployedSource : IAsyncDisposable
{
    private readonly Move move;

    private DeployedSource(Move move, SupabaseProject supabase, StackAuthProject stackAuth) =>
        (this.move, Supabase, StackAuth) = (move, supabase, stackAuth);

    public SupabaseProject Supabase { get; }

    public StackAuthProject StackAuth { get; }

    /// <summary>As the role that moves has it.</summary>
    public string Address => move.SourceAddress;

    /// <summary>A superuser's.</summary>
    public NpgsqlDataSource Administrator => move.SourceAdministrator;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<DeployedSource> StartAsync(Servers servers)
    {
        var databases = await Move.CreateAsync(servers, "select 1", "select 1", Token);
        // Its sessions end with it: one that stays tells the server what it wrote up to 10 s later.
        var address = new NpgsqlConnectionStringBuilder(databases.SourceAdministratorAddress) { Pooling = false };
        await using (var administrator = NpgsqlDataSource.Create(address.ConnectionString))
        {
            await SourceDatabase.CreateAsync(administrator, Token);
            await SourceFiller.FillAsync(
                administrator,
                FixtureScale.Smoke,
                seed: 1,
                FixtureClock.HourOf(TimeProvider.System.GetUtcNow()),
                progress: null,
                Token
            );
        }

        return new DeployedSource(
            databases,
            await SupabaseProject.StartAsync(databases.SourceAdministratorAddress),
            await StackAuthProject.StartAsync()
        );
    }

    public async ValueTask DisposeAsync()
    {
        await StackAuth.DisposeAsync();
        await Supabase.DisposeAsync();
        await move.DisposeAsync();
    }
}
