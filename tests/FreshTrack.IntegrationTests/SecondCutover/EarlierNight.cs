using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.IntegrationTests.SecondCutover;

/// <summary>Leaves the journals that a cutover and its rollback leave, without either.</summary>
internal sealed class EarlierNight(string runs, MigrationPlan plan)
{
    public const string Cutover = "20260115T000000.000Z-cutover";
    public const string Rollback = "20260115T030000.000Z-rollback";

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero));

    public string PathOf(string runId) => Path.Combine(runs, runId);

    /// <summary>A cutover that came to its end, and whose traffic moved.</summary>
    public Task OverAsync() => CutoverAsync("import.verify", "traffic.webhooks");

    /// <param name="passed">Steps that began and passed.</param>
    public Task CutoverAsync(params string[] passed) => WriteAsync(Cutover, passed, "Pass", follows: null);

    /// <param name="repeated">Rows that still differed after a return; null for an undo.</param>
    public async Task RollbackAsync(long? repeated, string outcome = "Pass")
    {
        await WriteAsync(Rollback, [RollbackRunbook.Lift], outcome, Cutover);
        using var evidence = EvidenceFolder.Open(runs, Rollback);
        var way = repeated is null ? RollbackWay.Undo : RollbackWay.Return;
        await evidence.WriteJsonAsync(
            "rollback",
            new RollbackReport(way, Rollback, clock.GetUtcNow())
            {
                Repeated = repeated switch
                {
                    null => null,
                    0 => [],
                    { } rows => [new TableRows("public.units", rows)],
                },
            },
            CancellationToken.None
        );
    }

    private async Task WriteAsync(string runId, string[] passed, string outcome, string? follows)
    {
        using var evidence = EvidenceFolder.Open(runs, runId);
        var inputs = new RunInputs(plan, "", new SourceTree("test", Clean: true));
        var kind = runId.Split('-')[^1];
        await evidence.WriteJsonAsync(
            "run",
            inputs.Describe(kind, runId, "test", clock.GetUtcNow()) with
            {
                Follows = follows,
            },
            CancellationToken.None
        );
        await using var journal = JournalFile.Create(evidence.PathOf(JournalFile.FileName), clock);
        await journal.AppendAsync(JournalEvent.RunStarted, runId, plan.Hash, kind);
        foreach (var step in passed)
        {
            await journal.AppendAsync(JournalEvent.StepStarted, step);
            await journal.AppendAsync(JournalEvent.StepEnded, step, "Pass");
        }

        await journal.AppendAsync(JournalEvent.RunEnded, runId, outcome);
    }
}
