using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Fixtures.Source;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration.Freezing;

/// <summary>A source as Supabase made it, which the role frozen it as does not own whole.</summary>
internal sealed class SupabaseSource : IAsyncDisposable
{
    private SupabaseSource(SourceAddress address, MigrationPlan plan)
    {
        (AdministratorAddress, MoverAddress, Plan) = (address.Administrator, address.Mover, plan);
        Administrator = NpgsqlDataSource.Create(address.Administrator);
        Mover = NpgsqlDataSource.Create(address.Mover);
    }

    public string AdministratorAddress { get; }

    public string MoverAddress { get; }

    public NpgsqlDataSource Administrator { get; }

    public NpgsqlDataSource Mover { get; }

    public MigrationPlan Plan { get; }

    public Freeze Freeze => new(Mover, Plan, TimeProvider.System);

    public static async Task<SupabaseSource> CreateAsync(Servers servers, CancellationToken cancellationToken)
    {
        var plan = PlanFile.Parse(await SourceDatabase.ReadPlanAsync(cancellationToken), "freshtrack.yaml");
        var source = new SupabaseSource(await servers.CreateSourceAsync(cancellationToken), plan);
        await SourceDatabase.CreateAsync(source.Administrator, cancellationToken);
        return source;
    }

    /// <summary>The runbook's two steps, and the evidence that they left.</summary>
    /// <param name="between">Happens after the freeze and before its proof.</param>
    public async Task<(StepResult Applied, StepResult Proved, FreezeReport Report)> FreezeAsync(
        SupabaseAuthClient? users,
        CancellationToken cancellationToken,
        string? between = null
    )
    {
        using var evidence = EvidenceFolder.CreateTemporary("freeze", TimeProvider.System.GetUtcNow());
        var run = Run(evidence, users);
        var progress = new Progress<StepProgress>();
        var applied = await FreezeSteps.ApplyAsync(run, progress, cancellationToken);
        if (between is not null)
        {
            await AsAdministratorAsync(between, cancellationToken);
        }

        var proved = await FreezeSteps.ProveAsync(run, progress, cancellationToken);
        var file = await File.ReadAllTextAsync(evidence.PathOf("freeze.json"), cancellationToken);
        return (applied, proved, EvidenceJson.Deserialize<FreezeReport>(file));
    }

    /// <summary>A run on this source, whose target is any other database.</summary>
    public RunContext Run(EvidenceFolder evidence, SupabaseAuthClient? users = null) =>
        new(
            new CutoverEnvironment("test", EnvironmentKind.Stage)
            {
                Source = Mover,
                Target = Administrator,
                SupabaseAuth = users,
            },
            Plan,
            evidence,
            TimeProvider.System
        );

    /// <summary>In a session of its own, which is there and gone whatever the freeze ends.</summary>
    public async Task AsAdministratorAsync(string sql, CancellationToken cancellationToken)
    {
        var address = new NpgsqlConnectionStringBuilder(AdministratorAddress) { Pooling = false };
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(Sql.Expression($"set transaction read write; {sql}"), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Mover.DisposeAsync();
        await Administrator.DisposeAsync();
    }
}
