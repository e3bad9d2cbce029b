using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Source;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>A procedure of a few steps that is run as the targets run theirs: from an environment's file, with its
/// lock, its journal and the journal's mirror on real servers. Every call of <see cref="RunAsync"/> is a
/// process.</summary>
internal sealed class SmallNight : IAsyncDisposable, IRunObserver
{
    /// <summary>The steps' procedure; the engine knows none of them.</summary>
    public const string Kind = ProcedureKinds.Prepare;

    private const string PlanText = "version: 1\ntables:\n  - source: units\n";

    private static readonly Sql EndLock = new(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
            + "and application_name like 'freshtrack-night%'"
    );

    private readonly string folder = Directory.CreateTempSubdirectory("small-night").FullName;
    private readonly Dictionary<string, string> secrets = [];

    private SmallNight(SourceAddress source, FaultyWire sourceWire, FaultyWire targetWire, FaultyWire storeWire)
    {
        Administrator = NpgsqlDataSource.Create(source.Administrator);
        Wires = new()
        {
            ["source"] = sourceWire,
            ["target"] = targetWire,
            ["object store"] = storeWire,
        };
    }

    /// <summary>What stands between the procedure and its servers.</summary>
    public Dictionary<string, FaultyWire> Wires { get; }

    /// <summary>The source, past the wire.</summary>
    public NpgsqlDataSource Administrator { get; }

    public ShiftedClock Clock { get; } = new();

    public ScriptedDecisions Decisions { get; } = new();

    /// <summary>What was told besides the steps.</summary>
    public List<string> Notes { get; } = [];

    public string Runs => Path.Combine(folder, "runs");

    /// <summary>The one run's folder.</summary>
    public string Run => Directory.GetDirectories(Runs, $"*-{Kind}").Single();

    public string JournalPath => Path.Combine(Run, JournalFile.FileName);

    public static async Task<SmallNight> CreateAsync(Servers servers, CancellationToken cancellationToken)
    {
        var source = await servers.CreateSourceAsync(cancellationToken);
        var from = new NpgsqlConnectionStringBuilder(source.Mover);
        var to = new NpgsqlConnectionStringBuilder(await servers.CreateDatabaseAsync(cancellationToken));
        var store = new UriBuilder(servers.ObjectStore);
        var night = new SmallNight(
            source,
            new FaultyWire(from.Host!, from.Port),
            new FaultyWire(to.Host!, to.Port),
            new FaultyWire(store.Host, store.Port)
        );
        (from.Host, from.Port) = ("127.0.0.1", night.Wires["source"].Port);
        (to.Host, to.Port) = ("127.0.0.1", night.Wires["target"].Port);
        (store.Host, store.Port) = ("127.0.0.1", night.Wires["object store"].Port);
        await night.WriteSecretAsync("source", from.ConnectionString, cancellationToken);
        await night.WriteSecretAsync("target", to.ConnectionString, cancellationToken);
        await night.WriteSecretAsync("object store", store.Uri.AbsoluteUri, cancellationToken);
        await night.WriteSecretAsync("webhook_key", Convert.ToBase64String(new byte[32]), cancellationToken);
        await night.WriteSecretAsync("server_key", "unused", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(night.folder, "environment.yaml"), Environment, cancellationToken);
        return night;
    }

    public string SecretOf(string name) => secrets[name];

    public string SecretFileOf(string name) => Path.Combine(folder, name.Replace(' ', '_'));

    public async Task WriteSecretAsync(string name, string secret, CancellationToken cancellationToken)
    {
        secrets[name] = secret;
        await SecretFile.WriteAsync(SecretFileOf(name), secret, cancellationToken);
    }

    public CutoverEnvironment Open() =>
        CutoverEnvironment.Open(EnvironmentFile.Read(Path.Combine(folder, "environment.yaml")));

    /// <summary>One process of the procedure, which continues where an earlier one stopped.</summary>
    public async Task<NightEnd> RunAsync(CancellationToken cancellationToken, params Step[] steps)
    {
        await using var environment = Open();
        var runbook = new Runbook(Kind, [new(1, "One", TimeSpan.Zero, TimeSpan.FromMinutes(15), steps)]);
        return await new NightRun(
            Runs,
            "ada@laptop",
            environment,
            new RunInputs(PlanFile.Parse(PlanText, "plan.yaml"), PlanText, new SourceTree("test", Clean: true)),
            Decisions,
            new RunObservers(Clock, this),
            Clock
        ).RunAsync(Kind, runbook, cancellationToken);
    }

    public Task<IReadOnlyList<JournalEntry>> JournalAsync(CancellationToken cancellationToken) =>
        JournalFile.ReadAsync(JournalPath, cancellationToken);

    /// <summary>Ends the sessions that hold the locks, as a network does that forgets them.</summary>
    public async Task CutLockAsync(CancellationToken cancellationToken)
    {
        await using var target = NpgsqlDataSource.Create(SecretOf("target"));
        foreach (var database in (NpgsqlDataSource[])[Administrator, target])
        {
            Assert.Single(await database.ListAsync(EndLock, row => row.GetBoolean(0), cancellationToken));
        }
    }

    public void Tell(RunEvent what)
    {
        if (what is Noted { Text: var text })
        {
            Notes.Add(text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var wire in Wires.Values)
        {
            await wire.DisposeAsync();
        }

        await Administrator.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private const string Environment = """
        version: 1
        name: small
        kind: stage
        source:
          database: { file: source }
          temperature_unit: F
        target:
          database: { file: target }
          object_store: { file: object_store }
          webhook_key: { file: webhook_key }
        stack_auth:
          url: http://127.0.0.1:9
          project: 00000000-0000-4000-8000-000000000000
          server_key: { file: server_key }

        """;
}
