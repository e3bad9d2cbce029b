using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Nights;

/// <summary>Finds what a forecast is made of: the last rehearsal, and the rows of the source.</summary>
internal static class ForecastInputs
{
    private const string Rehearsals = "rehearsal";

    /// <summary>The forecast that the run began with, or else a new one.</summary>
    /// <param name="runs">The folder of all runs.</param>
    /// <param name="rehearsal">Its folder; the newest sealed one of <paramref name="runs"/> when null.</param>
    /// <returns>Null where there is no rehearsal to go by.</returns>
    public static async Task<Forecast?> ReadAsync(
        RunContext run,
        Runbook runbook,
        string runs,
        string? rehearsal,
        CancellationToken cancellationToken
    )
    {
        var journal = run.Evidence.PathOf(JournalFile.FileName);
        if (File.Exists(journal) && Forecast.Find(await JournalFile.ReadAsync(journal, cancellationToken)) is { } begun)
        {
            return begun;
        }

        var folder = rehearsal ?? Newest(runs);
        if (
            folder is null
            || await EvidenceFile.FindAsync<Timeline>(folder, "timeline.json", cancellationToken) is not { } timeline
            || await EvidenceFile.FindAsync<MoveSummary>(folder, "move.json", cancellationToken) is not { } moved
        )
        {
            return null;
        }

        var rates = run.FinalCheck is { } check
            ? await EvidenceFile.FindAsync<ExportRates>(check, "rates.json", cancellationToken)
            : null;
        var rows = rates?.Rows ?? await EstimateAsync(run, cancellationToken);
        return Forecast.Of(runbook, timeline, moved.Rows, rows, rates);
    }

    private static string? Newest(string runs) =>
        Directory.Exists(runs)
            ? Directory
                .GetDirectories(runs, $"*-{Rehearsals}")
                .Where(path => File.Exists(Path.Combine(path, Seal.FileName)))
                .Max(StringComparer.Ordinal)
            : null;

    /// <summary>Rows as the source's statistics have them.</summary>
    private static async Task<long> EstimateAsync(RunContext run, CancellationToken cancellationToken)
    {
        var catalog = await Catalog.ReadAsync(run.Environment.Source, cancellationToken);
        return run.Plan.Tables.Sum(table => catalog.Tables.GetValueOrDefault(table.Source)?.Rows ?? 0);
    }
}
