using System.Collections.Concurrent;
using System.Text.Json;
using CliWrap;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Parts;
using FreshTrack.MoveProcess;
using FreshTrack.StackAuth;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>A move whose engine is a process of its own, which can be killed and started again. Every target is new,
/// the frozen source is shared.</summary>
internal sealed class KilledMove : IAsyncDisposable
{
    private const string Project = "5b1c3c7e-9d0f-4a39-8a55-0d9f6f6f0002";
    private const string Key = "ssk_kill";
    private const int Killed = 137;

    // Everything that a user would notice: rows under their users' e-mails, keys, indexes, triggers, sequences, what is
    // still deferred.
    private static readonly string[] Everything =
    [
        "select jsonb_build_array(p.email, p.metadata, m.source_id)::text from people p join "
            + "migration.user_map m on m.target_id = p.id order by 1",
        """
            select jsonb_build_array(to_jsonb(t) - 'owner', p.email)::text
            from things t left join people p on p.id = t.owner order by "Id"
            """,
        "select m::text from measurements m order by id",
        """
            select pg_get_constraintdef(oid) || convalidated::text || conrelid::regclass::text
            from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n' order by 1
            """,
        "select indexdef from pg_indexes where schemaname = 'public' order by 1",
        "select tgname::text || tgenabled::text from pg_trigger where not tgisinternal order by 1",
        "select nextval(pg_get_serial_sequence('measurements', 'id'))::text",
        "select count(*)::text from migration.deferred",
        "select count(*)::text || ' parts of ' || sum(rows)::text || ' rows' from migration.ledger",
    ];

    private readonly Servers servers;
    private readonly string source;
    private readonly string plan;

    private KilledMove(Servers servers, string source, string plan)
    {
        this.servers = servers;
        this.source = source;
        this.plan = plan;
    }

    public static async Task<KilledMove> CreateAsync(Servers servers, CancellationToken cancellationToken)
    {
        var address = (await servers.CreateSourceAsync(cancellationToken)).Mover;
        await using var database = NpgsqlDataSource.Create(address);
        await Move.ExecuteAsync(database, AwkwardSchema.Source, cancellationToken);
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.yaml");
        await File.WriteAllTextAsync(file, AwkwardSchema.Plan, cancellationToken);
        return new KilledMove(servers, address, file);
    }

    /// <summary>Moves into a new target. A first process dies as told, a second one goes on; what is in target and
    /// store at the end is returned.</summary>
    /// <param name="killAtEvent">The first process kills itself when it reports this event.</param>
    /// <param name="killAfter">The first process is killed after this time.</param>
    /// <param name="kind">Kind of the run that the first process begins; the second one is always a move.</param>
    public async Task<KilledOutcome> RunAsync(
        int? killAtEvent,
        TimeSpan? killAfter,
        CancellationToken cancellationToken,
        string kind = "move"
    )
    {
        var target = await servers.CreateDatabaseAsync(cancellationToken);
        var bucket = servers.ObjectStore;
        await using var stackAuth = StackAuthServer.Build(
            new StackAuthOptions
            {
                ProjectId = Project,
                ServerKey = Key,
                Listen = "http://127.0.0.1:0",
            }
        );
        await stackAuth.StartAsync(cancellationToken);
        await using var database = NpgsqlDataSource.Create(target);
        await Move.ExecuteAsync(database, AwkwardSchema.Target, cancellationToken);
        var runs = Directory.CreateTempSubdirectory("killed-").FullName;
        var job = new MoveJob(
            kind,
            source,
            target,
            bucket,
            stackAuth.Urls.First(),
            Project,
            Key,
            plan,
            runs,
            Freezes: true,
            killAtEvent
        );
        var started = TimeProvider.System.GetTimestamp();
        var (code, events) = await EngineAsync(job, killAfter, cancellationToken);
        var lasted = TimeProvider.System.GetElapsedTime(started);
        var reached = await ReachedAsync(runs, cancellationToken);
        if (code != 0)
        {
            var again = job with { Kind = "move", DieAt = null };
            (code, events) = await EngineAsync(again, killAfter: null, cancellationToken);
        }

        Assert.True(code == 0, $"The resumed engine ended with {code}: {string.Join(' ', events)}");
        using var store = new ObjectStore(ObjectStoreAddress.Parse(bucket));
        return new KilledOutcome(
            lasted,
            events,
            await ContentsAsync(database, cancellationToken),
            await StrangersAsync(store, cancellationToken),
            reached,
            await RunsAsync(runs, cancellationToken)
        );
    }

    public ValueTask DisposeAsync()
    {
        File.Delete(plan);
        return ValueTask.CompletedTask;
    }

    private static async Task<(int Code, IReadOnlyList<string> Output)> EngineAsync(
        MoveJob job,
        TimeSpan? killAfter,
        CancellationToken cancellationToken
    )
    {
        using var kill = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (killAfter is { } moment)
        {
            kill.CancelAfter(moment);
        }

        var output = new ConcurrentQueue<string>();
        var lines = PipeTarget.ToDelegate(output.Enqueue);
        try
        {
            var ended = await Cli.Wrap("dotnet")
                .WithArguments(["exec", Path.Combine(AppContext.BaseDirectory, "FreshTrack.MoveProcess.dll")])
                .WithStandardInputPipe(PipeSource.FromString(JsonSerializer.Serialize(job)))
                .WithStandardOutputPipe(lines)
                .WithStandardErrorPipe(lines)
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(kill.Token);
            return (ended.ExitCode, [.. output]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (Killed, [.. output]);
        }
    }

    /// <summary>What the folder of the first process says that it reached: its timeline, as the journal has
    /// it.</summary>
    private static async Task<IReadOnlyList<string>> ReachedAsync(string runs, CancellationToken cancellationToken)
    {
        var journal = Directory
            .GetDirectories(runs, "2*")
            .Select(folder => Path.Combine(folder, JournalFile.FileName))
            .FirstOrDefault(File.Exists);
        var entries = journal is null ? [] : await JournalFile.ReadAsync(journal, cancellationToken);
        return
        [
            .. Timeline
                .Of(PlannedRunbook.Of(CutoverRunbook.Whole), entries)
                .Phases.SelectMany(phase => phase.Steps)
                .Select(step => $"{step.Id} {step.Verdict}"),
        ];
    }

    /// <summary>Kind of each run in the folder, and how its journal ends.</summary>
    private static async Task<IReadOnlyList<string>> RunsAsync(string runs, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var folder in Directory.GetDirectories(runs, "2*").Order())
        {
            var journal = Path.Combine(folder, JournalFile.FileName);
            var entries = File.Exists(journal) ? await JournalFile.ReadAsync(journal, cancellationToken) : [];
            if (entries.Count == 0)
            {
                // Killed before its first line: nothing had begun, and the next process starts over.
                found.Add($"{folder.Split("Z-")[1]}: nothing");
                continue;
            }

            var resumed = entries.Any(entry => entry.Event == JournalEvent.RunResumed) ? "resumed, " : "";
            found.Add($"{folder.Split("Z-")[1]}: {resumed}{entries[^1].Event} {entries[^1].Outcome}");
        }

        Directory.Delete(runs, recursive: true);
        return found;
    }

    private static async Task<IReadOnlyList<string>> ContentsAsync(
        NpgsqlDataSource target,
        CancellationToken cancellationToken
    )
    {
        var contents = new List<string>();
        foreach (var query in Everything)
        {
            contents.AddRange(await Move.RowsAsync(target, query, cancellationToken));
        }

        return contents;
    }

    /// <summary>Objects of the run that the manifest does not name.</summary>
    private static async Task<IReadOnlyList<string>> StrangersAsync(
        ObjectStore store,
        CancellationToken cancellationToken
    )
    {
        var run = await StoredRun.NewestAsync(store, cancellationToken);
        var manifest = await Exporter.FindAsync(store, run!.Id, cancellationToken);
        var named = manifest!.Parts.Select(part => part.Key).Append(Manifest.KeyOf(run.Id)).ToHashSet();
        var keys = await store.ListAsync("", cancellationToken).ToListAsync(cancellationToken);
        Assert.Superset(named, keys.ToHashSet());
        return [.. keys.Where(key => !named.Contains(key))];
    }
}

/// <param name="Lasted">How long the first process lived.</param>
/// <param name="Events">What the last process reported, by stage.</param>
/// <param name="Contents">All that the target holds, row by row.</param>
/// <param name="Strangers">Objects that the manifest does not name.</param>
/// <param name="Reached">The steps that the first process reached and their verdicts, by its journal.</param>
/// <param name="Runs">The runs that both processes left, and how they ended.</param>
internal sealed record KilledOutcome(
    TimeSpan Lasted,
    IReadOnlyList<string> Events,
    IReadOnlyList<string> Contents,
    IReadOnlyList<string> Strangers,
    IReadOnlyList<string> Reached,
    IReadOnlyList<string> Runs
);
