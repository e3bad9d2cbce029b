using System.Text.Json.Nodes;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.Plan;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.IntegrationTests.Completion;

public sealed class CompleteStepsTests(Servers servers) : IDisposable
{
    private readonly EvidenceFolder evidence = EvidenceFolder.CreateTemporary(
        "complete",
        TimeProvider.System.GetUtcNow()
    );

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => evidence.Dispose();

    [Fact]
    public async Task Users_leave_the_map_when_their_90_days_are_over_and_others_stay()
    {
        await using var move = await Move.CreateAsync(servers, "select 1", "select 1", Token);
        var none = await CompleteSteps.PurgeUsersAsync(Run(move), new Progress<StepProgress>(), Token);
        await Move.ExecuteAsync(
            move.Target,
            """
            create schema migration;
            create table migration.user_map (source_id uuid primary key, email text, retain_until timestamptz not null);
            insert into migration.user_map values
                (gen_random_uuid(), 'over@example.org', now() - interval '1 second'),
                (gen_random_uuid(), 'kept@example.org', now() + interval '1 day');
            """,
            Token
        );

        var purged = await CompleteSteps.PurgeUsersAsync(Run(move), new Progress<StepProgress>(), Token);

        Assert.Equal("there is no user map", none.Summary);
        Assert.StartsWith("1 entries of the user map", purged.Summary);
        Assert.Contains("; 1 until ", purged.Summary);
        Assert.Equal(
            ["kept@example.org"],
            await Move.RowsAsync(move.Target, "select email from migration.user_map", Token)
        );
    }

    [Fact]
    public async Task Retrospective_tells_times_incidents_answers_and_notes_of_the_night()
    {
        await using var move = await Move.CreateAsync(servers, "select 1", "select 1", Token);
        var (folder, journal) = await NightAsync();
        var run = Run(move, new FollowedRun("night", folder, journal), "the sensor of unit 7 was replaced");

        var written = await CompleteSteps.RetrospectiveAsync(run, new Progress<StepProgress>(), Token);

        Assert.Equal(Verdict.Pass, written.Verdict);
        var text = await File.ReadAllTextAsync(evidence.PathOf("retrospective.md"), Token);
        Assert.StartsWith("# Retrospective of night\n", text);
        Assert.Contains("| 1 Freeze Supabase | 15 min", text);
        Assert.Contains("late |", text);
        Assert.Contains("freeze.prove: Fail: a writer got through", text);
        Assert.Contains("freeze.webhooks: not there yet", text);
        Assert.Contains("freeze the old system (Ann, approved by Ben)", text);
        Assert.Contains("Overridden:  the rehearsal is three days too old", text);
        Assert.Contains("- the sensor of unit 7 was replaced", text);
    }

    private RunContext Run(Move move, FollowedRun? follows = null, params string[] notes) =>
        new(
            On.Servers(move.Source, move.Target, move.Store, stackAuth: null),
            PlanFile.Parse("version: 1\ntables:\n  - source: units\n", "plan.yaml"),
            evidence,
            TimeProvider.System
        )
        {
            Follows = follows,
            Notes = notes,
        };

    private async Task<(string Folder, IReadOnlyList<JournalEntry> Journal)> NightAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(evidence.Path, "night")).FullName;
        var runbook = PlannedRunbook.Of(CutoverRunbook.Night);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "runbook.json"),
            EvidenceJson.Serialize("runbook", runbook),
            Token
        );
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero));
        await using var journal = JournalFile.Create(Path.Combine(folder, JournalFile.FileName), clock);
        await journal.AppendAsync(JournalEvent.RunStarted, "night", "hash", "cutover");
        await journal.AppendAsync(JournalEvent.Overridden, "night", detail: "the rehearsal is three days too old");
        await journal.AppendAsync(JournalEvent.PhaseStarted, "1");
        await journal.AppendAsync(
            JournalEvent.ConfirmationGiven,
            CutoverRunbook.PauseWebhooks,
            detail: "freeze the old system",
            output: new JsonObject { ["runner"] = "Ann", ["approver"] = "Ben" }
        );
        await journal.AppendAsync(JournalEvent.StepSkipped, CutoverRunbook.PauseWebhooks, "Warn", "not there yet");
        await journal.AppendAsync(JournalEvent.StepStarted, CutoverRunbook.ProveFreeze);
        clock.Advance(TimeSpan.FromMinutes(20));
        await journal.AppendAsync(
            JournalEvent.StepEnded,
            CutoverRunbook.ProveFreeze,
            "Fail",
            "a writer got through\nas anon"
        );
        await journal.AppendAsync(JournalEvent.PhaseEnded, "1");
        return (folder, journal.Entries);
    }
}
