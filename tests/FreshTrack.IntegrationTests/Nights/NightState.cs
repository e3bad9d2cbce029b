using System.Text.RegularExpressions;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>All that two nights must leave alike: rows of both sides under the source's user ids, accounts, freeze,
/// maintenance, containers, and the evidence of the last procedure.</summary>
/// <remarks>Without the canary, which each night uses anew, and without what the API's watch writes by itself as time
/// passes: alerts, their events and messages, how doors stand, and the state of units.</remarks>
internal sealed partial record NightState(IReadOnlyDictionary<string, IReadOnlyList<string>> Parts)
{
    private const string Canary = "ca9a2700|canary";

    private static readonly HashSet<string> Watched =
    [
        "alerts",
        "event_logs",
        "notification_deliveries",
        "door_events",
    ];

    /// <summary>Columns that say what a row is, of tables whose rows are touched between the nights.</summary>
    private static readonly Dictionary<string, string> Touched = new()
    {
        ["units"] = "id, name, area_id",
        ["areas"] = "id, name, site_id",
    };

    private static readonly Dictionary<string, string> SourceQueries = new()
    {
        ["accounts of Supabase Auth"] = $"select email::text from auth.users where email !~ '{Canary}' order by 1",
        ["triggers of the freeze"] = """
            select tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text from pg_trigger
            where tgname like 'freshtrack%' and tgparentid = 0 order by 1
            """,
        ["schemas of the source"] =
            "select nspname::text from pg_namespace where nspname like 'freshtrack%' order by 1",
        ["rights in the source"] = """
            select oid::regclass || ' ' || coalesce(relacl::text, '') from pg_class
            where relnamespace in ('public'::regnamespace, 'auth'::regnamespace) and relkind in ('r', 'p') order by 1
            """,
        ["settings of the source"] = "select unnest(setconfig) from pg_db_role_setting order by 1",
    };

    private static readonly Dictionary<string, string> TargetQueries = new()
    {
        ["user map"] = $"select source_id || ' ' || email from migration.user_map where email !~ '{Canary}' order by 1",
        ["left off the target"] = "select name::text from migration.deferred order by 1",
        ["maintenance"] = "select is_on::text from api.maintenance",
        ["held notifications"] = "select is_on::text from api.notification_hold",
        ["keys of the target"] = """
            select conrelid::regclass || ' ' || pg_get_constraintdef(oid) || convalidated::text from pg_constraint
            where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'f')
              and conrelid::regclass::text !~ 'sensor_readings_' order by 1
            """,
    };

    /// <param name="kind">Of the procedure that ended last.</param>
    public static async Task<NightState> ReadAsync(
        PracticeNight night,
        string kind,
        CancellationToken cancellationToken
    )
    {
        await using var environment = CutoverEnvironment.Open(EnvironmentFile.Read(night.Environment));
        var parts = new Dictionary<string, IReadOnlyList<string>>();
        var sources = await ReadMapAsync(environment.Target, cancellationToken);
        foreach (var entry in night.Plan.Tables)
        {
            parts[$"source {entry.Source}"] = await RowsAsync(environment.Source, entry.Source, cancellationToken);
            var rows = await RowsAsync(environment.Target, entry.Target, cancellationToken);
            parts[$"target {entry.Target}"] =
            [
                .. rows.Select(row => Uuid().Replace(row, id => sources.GetValueOrDefault(id.Value, id.Value)))
                    .Order(StringComparer.Ordinal),
            ];
        }

        foreach (var (name, query) in SourceQueries)
        {
            parts[name] = await ListAsync(environment.Source, query, cancellationToken);
        }

        foreach (var (name, query) in TargetQueries)
        {
            parts[name] = await ListAsync(environment.Target, query, cancellationToken);
        }

        parts["accounts of Stack Auth"] =
        [
            .. (
                await environment
                    .StackAuth!.ListUsersAsync(cancellationToken)
                    .Select(user => user.Email ?? "")
                    .Where(email => !email.Contains("canary"))
                    .ToListAsync(cancellationToken)
            ).Order(StringComparer.Ordinal),
        ];
        parts["containers"] = [$"{await Leftovers.CountAsync(night.StageId, cancellationToken)}"];
        parts["evidence"] = await EvidenceAsync(night, environment, kind, cancellationToken);
        return new NightState(parts);
    }

    /// <summary>Every part is as in the other state; of one that is not, the first lines are named.</summary>
    public void AssertEqual(NightState undisturbed, params IReadOnlyList<string> except)
    {
        var differences = Parts
            .Keys.Where(name => !except.Any(name.StartsWith))
            .SelectMany(name => Difference(name, undisturbed.Parts[name], Parts[name]))
            .ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static IEnumerable<string> Difference(
        string name,
        IReadOnlyList<string> expected,
        IReadOnlyList<string> found
    )
    {
        if (!expected.SequenceEqual(found))
        {
            yield return $"{name}: {found.Count} lines, undisturbed {expected.Count}";
            foreach (var line in expected.Except(found).Take(3))
            {
                yield return $"  - {line}";
            }

            foreach (var line in found.Except(expected).Take(3))
            {
                yield return $"  + {line}";
            }
        }
    }

    /// <summary>Chain and seal hold, the store has every line, and each step came to what it came to.</summary>
    private static async Task<IReadOnlyList<string>> EvidenceAsync(
        PracticeNight night,
        CutoverEnvironment environment,
        string kind,
        CancellationToken cancellationToken
    )
    {
        var run = JournalWatch.NewestOf(night.Runs, kind)!;
        var folder = Path.Combine(night.Runs, run);
        var journal = await JournalFile.ReadAsync(Path.Combine(folder, JournalFile.FileName), cancellationToken);
        await Seal.VerifyAsync(folder, cancellationToken);
        var mirrored = await new JournalMirror(environment.ObjectStore, run).EntriesAsync(cancellationToken);
        var planned = EvidenceJson.Deserialize<PlannedRunbook>(
            await File.ReadAllTextAsync(Path.Combine(folder, "runbook.json"), cancellationToken)
        );
        string[] kept = [nameof(JournalEvent.ConfirmationGiven), nameof(JournalEvent.Overridden)];
        var again = RollbackRunbook.Return.Steps.Where(step => step.ConfirmsAgain).Select(step => step.Id).ToHashSet();
        var said = journal.Where(entry => kept.Contains($"{entry.Event}")).ToList();
        return
        [
            $"the store has {journal.Count - mirrored.Count} lines less",
            $"ended {journal.Last(entry => entry.Event == JournalEvent.RunEnded).Outcome}",
            .. Timeline
                .Of(planned, journal)
                .Phases.SelectMany(phase => phase.Steps)
                .Select(step => $"{step.Id} {step.Verdict}"),
            .. said.Where(entry => !again.Contains(entry.Subject))
                .Select(entry => $"{entry.Event} {(entry.Subject == run ? entry.Detail : entry.Subject)}"),
            .. said.Where(entry => again.Contains(entry.Subject)).Select(entry => entry.Subject).Distinct(),
        ];
    }

    private static async Task<Dictionary<string, string>> ReadMapAsync(
        NpgsqlDataSource target,
        CancellationToken cancellationToken
    ) =>
        (
            await target.ListAsync(
                new Sql("select target_id::text, source_id::text from migration.user_map"),
                row => (Target: row.GetString(0), Source: row.GetString(1)),
                cancellationToken
            )
        ).ToDictionary(user => user.Target, user => user.Source);

    private static Task<List<string>> RowsAsync(
        NpgsqlDataSource database,
        TableName table,
        CancellationToken cancellationToken
    ) =>
        Watched.Contains(table.Name) ? Task.FromResult(new List<string>())
        : Touched.TryGetValue(table.Name, out var columns)
            ? ListAsync(
                database,
                $"select concat_ws(' ', {columns}) from {table} t where t::text !~* '{Canary}' order by 1",
                cancellationToken
            )
        : ListAsync(
            database,
            $"select t::text from {table} t where t::text !~* '{Canary}' order by t::text collate \"C\"",
            cancellationToken
        );

    private static Task<List<string>> ListAsync(
        NpgsqlDataSource database,
        string query,
        CancellationToken cancellationToken
    ) => database.ListAsync(Sql.Expression(query), row => row.GetString(0), cancellationToken);

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.NonBacktracking)]
    private static partial Regex Uuid();
}
