using FreshTrack.Clients.StackAuth;
using FreshTrack.Fixtures.Source;
using FreshTrack.Migration;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Parts;
using FreshTrack.Migration.Preflighting;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>A source and a target of its own for one test, and everything that a move needs.</summary>
internal sealed class Move : IAsyncDisposable
{
    private readonly HttpClient http;

    private Move(SourceAddress source, string target, string store)
    {
        (SourceAddress, TargetAddress, StoreAddress) = (source.Mover, target, store);
        SourceAdministratorAddress = source.Administrator;
        // Its sessions end with their use: one that idles tells the server what it wrote up to 10 s later.
        SourceAdministrator = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(source.Administrator) { Pooling = false }.ConnectionString
        );
        Source = NpgsqlDataSource.Create(SourceAddress);
        Target = NpgsqlDataSource.Create(target);
        Store = new ObjectStore(ObjectStoreAddress.Parse(store));
        http = new HttpClient(Users) { BaseAddress = new Uri("http://stack-auth.test/") };
        StackAuth = new StackAuthClient(http, "project", "key");
    }

    /// <summary>With passwords, for tests that go another way to the same servers.</summary>
    public string SourceAddress { get; }

    public string SourceAdministratorAddress { get; }

    public string TargetAddress { get; }

    public string StoreAddress { get; }

    /// <summary>As the role that moves has it: the owner of the database, and no superuser.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>For what only a superuser may do.</summary>
    public NpgsqlDataSource SourceAdministrator { get; }

    public NpgsqlDataSource Target { get; }

    public ObjectStore Store { get; }

    public StackAuthUsers Users { get; } = new();

    public StackAuthClient StackAuth { get; }

    public MoveOptions Options { get; init; } =
        new($"test-{Guid.CreateVersion7():N}") { PagesPerChunk = 8, Workers = 2 };

    public static async Task<Move> CreateAsync(
        Servers servers,
        string sourceSchema,
        string targetSchema,
        CancellationToken cancellationToken
    )
    {
        var move = new Move(
            await servers.CreateSourceAsync(cancellationToken),
            await servers.CreateDatabaseAsync(cancellationToken),
            servers.ObjectStore
        );
        await ExecuteAsync(move.Source, sourceSchema, cancellationToken);
        await ExecuteAsync(move.Target, targetSchema, cancellationToken);
        return move;
    }

    public static Task<Move> AwkwardAsync(Servers servers, CancellationToken cancellationToken) =>
        CreateAsync(servers, AwkwardSchema.Source, AwkwardSchema.Target, cancellationToken);

    public async Task<ResolvedPlan> PreflightAsync(string plan, CancellationToken cancellationToken)
    {
        var result = await Preflight.RunAsync(PlanFile.Parse(plan, "plan.yaml"), Source, Target, cancellationToken);
        Assert.DoesNotContain(result.Findings, finding => finding.Verdict != Verdict.Warn);
        await new Freeze(Source, result.Plan!.Plan, TimeProvider.System).ApplyAsync(cancellationToken);
        return result.Plan;
    }

    public Task<MoveResult> RunAsync(
        ResolvedPlan plan,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    ) =>
        MoveSlice.RunAsync(
            On.Servers(Source, Target, Store, StackAuth),
            TimeProvider.System,
            plan,
            Options,
            progress,
            cancellationToken
        );

    /// <summary>Every row as text, in the order of the query.</summary>
    public static Task<List<string>> RowsAsync(
        NpgsqlDataSource database,
        string sql,
        CancellationToken cancellationToken
    ) => database.ListAsync(Sql.Expression(sql), row => row.GetString(0), cancellationToken);

    public static Task ExecuteAsync(NpgsqlDataSource database, string sql, CancellationToken cancellationToken) =>
        database.ExecuteAsync(Sql.Expression(sql), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        Store.Dispose();
        await Source.DisposeAsync();
        await SourceAdministrator.DisposeAsync();
        await Target.DisposeAsync();
    }
}
