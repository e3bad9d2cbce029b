using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration;
using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Importing;
using FreshTrack.Migration.Parts;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>Phases 2 and 3: rows and users go from the source to the target. Each step continues what an earlier
/// process left, and repeats nothing that is finished.</summary>
public static class MoveSteps
{
    public static async Task<StepResult> ExportAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var started = run.Clock.GetTimestamp();
        var exporter = new Exporter(run.Environment.Source, run.Environment.ObjectStore, run.Clock);
        var manifest = await exporter.RunAsync(
            run.Resolved.Value,
            run.MoveOptions,
            new Forward(progress),
            cancellationToken
        );
        run.Manifest.Set(manifest);
        var (raw, stored) = (manifest.Parts.Sum(part => part.RawBytes), manifest.Parts.Sum(part => part.Bytes));
        await run.Evidence.WriteTextAsync(
            "manifest.json",
            Encoding.UTF8.GetString(manifest.ToJson()),
            cancellationToken
        );
        await KeepAsync(
            run,
            run.Summary with
            {
                Rows = manifest.Rows,
                Parts = manifest.Parts.Count,
                RawBytes = raw,
                Bytes = stored,
                ExportSeconds = run.Clock.GetElapsedTime(started).TotalSeconds,
            },
            cancellationToken
        );
        return StepResult.Pass(
            $"{manifest.Rows:N0} rows in {manifest.Parts.Count} parts, {raw / 1e6:N1} MB as {stored / 1e6:N1} MB",
            new ExportOutput(Manifest.KeyOf(manifest.RunId), manifest.Rows, manifest.Parts.Count)
        );
    }

    /// <summary>The manifest of what this run exported, which lies in the object store.</summary>
    public static async Task<StepResult> RestoreExportAsync(
        RunContext run,
        JsonNode? output,
        CancellationToken cancellationToken
    )
    {
        var (store, runId) = (run.Environment.ObjectStore, run.MoveOptions.RunId);
        if (await Exporter.FindAsync(store, runId, cancellationToken) is not { } manifest)
        {
            return new StepResult(
                Verdict.Inconclusive,
                $"the export passed, and {store} has no '{Manifest.KeyOf(runId)}' any more. Put it back from "
                    + "manifest.json of the evidence, then run again"
            );
        }

        run.Manifest.Set(manifest);
        return StepResult.Pass($"{manifest.Rows:N0} rows in {manifest.Parts.Count} parts, exported before");
    }

    /// <summary>Exports without a freeze and throws it away: how fast the source is read, for the forecast, and whether
    /// the store has room.</summary>
    public static async Task<StepResult> TryExportAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var scratch = new ScratchExport(run.Environment.Source, run.Environment.ObjectStore, run.Clock);
        var rates = await scratch.RunAsync(
            run.Resolved.Value,
            run.MoveOptions,
            new Forward(progress),
            cancellationToken
        );
        await run.Evidence.WriteJsonAsync("rates", rates, cancellationToken);
        return StepResult.Pass(
            $"{rates.Rows:N0} rows, {rates.RawBytes / 1e6:N1} MB as {rates.Bytes / 1e6:N1} MB, in "
                + $"{rates.Seconds:N1} s: {rates.Rows / rates.Seconds:N0} rows/s, "
                + $"{rates.RawBytes / 1e6 / rates.Seconds:N1} MB/s; thrown away",
            rates
        );
    }

    /// <summary>What was measured holds for a run that continues.</summary>
    public static async Task<StepResult> RestoreTrialAsync(
        RunContext run,
        JsonNode? output,
        CancellationToken cancellationToken
    ) =>
        output?.Deserialize<ExportRates>(EvidenceJson.Options) is { } rates
            ? StepResult.Pass($"{rates.Rows:N0} rows in {rates.Seconds:N1} s, as measured before")
            : await TryExportAsync(run, new Reports<StepProgress>(_ => { }), cancellationToken);

    public static async Task<StepResult> MapUsersAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var started = run.Clock.GetTimestamp();
        var (source, target) = (run.Environment.Source, run.Environment.Target);
        var mapper = new UserMapper(source, target, run.Environment.StackAuth, run.Clock);
        var result = await mapper.RunAsync(
            run.Resolved.Value,
            run.MoveOptions.RunId,
            new Forward(progress),
            cancellationToken
        );
        run.Users.Set(result);
        var seconds = run.Clock.GetElapsedTime(started).TotalSeconds;
        await KeepAsync(run, run.Summary with { UsersSeconds = seconds }, cancellationToken);
        var adopted = result.Adopted > 0 ? $", {result.Adopted} found again who had signed up there" : "";
        var summary = $"{result.Users} users mapped, {result.Created} of them created without a password{adopted}";
        return result.Changed.Count == 0
            ? StepResult.Pass(summary)
            : new StepResult(
                Verdict.Warn,
                $"{summary}; {result.Changed.Count} sign in with another e-mail than the source has, the one of Stack "
                    + $"Auth: {string.Join(", ", result.Changed.Take(3))}. Set it right on one side"
            );
    }

    public static async Task<StepResult> ImportAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var started = run.Clock.GetTimestamp();
        var again = 0;
        ImportResult result;
        try
        {
            result = await BringAsync(run, progress, cancellationToken);
        }
        catch (DamagedPartException damaged)
        {
            again = await ReplaceAsync(run, damaged, progress, cancellationToken);
            result = await BringAsync(run, progress, cancellationToken);
        }

        run.Import.Set(result);
        var seconds = run.Clock.GetElapsedTime(started).TotalSeconds;
        await KeepAsync(run, run.Summary with { Imported = result.Rows, ImportSeconds = seconds }, cancellationToken);
        var before = result.Skipped > 0 ? $", {result.Skipped} parts were there already" : "";
        return StepResult.Pass(
            $"{result.Rows:N0} rows from {result.Parts} parts, "
                + $"{result.Rows / result.Elapsed.TotalSeconds:N0} rows/s with "
                + $"indexes and keys{before}{(again > 0 ? $", {again} damaged ones exported again" : "")}"
        );
    }

    private static Task<ImportResult> BringAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) =>
        new Importer(run.Environment.Target, run.Environment.ObjectStore, run.Clock).RunAsync(
            run.Resolved.Value,
            run.Manifest.Value,
            run.MoveOptions,
            new Forward(progress),
            cancellationToken
        );

    /// <summary>Exports once more what the object store has lost or damaged since the export ended. The source must
    /// still be frozen, and as it was.</summary>
    /// <returns>How many parts.</returns>
    /// <exception cref="MigrationException">The source has thawed or has changed, or a server failed.</exception>
    private static async Task<int> ReplaceAsync(
        RunContext run,
        DamagedPartException damaged,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        progress.Report(new StepProgress("a part is damaged; looking for others"));
        var lost = await StoredParts.RemoveDamagedAsync(
            run.Environment.ObjectStore,
            run.Manifest.Value,
            cancellationToken
        );
        try
        {
            await ExportAsync(run, progress, cancellationToken);
            return lost;
        }
        catch (RefusedException refused)
        {
            throw new MigrationException(
                $"Part '{damaged.Key}' is damaged and could not be exported again: {refused.Message}",
                refused
            );
        }
    }

    /// <summary>Asks the source once more, after the import: a write that came in between would be lost.</summary>
    public static async Task<StepResult> AskSourceAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await SourceGuard.RefuseChangesAsync(
                run.Environment.Source,
                run.Plan,
                run.Manifest.Value,
                run.Clock,
                cancellationToken
            );
            return StepResult.Pass("frozen, and as it was when the export began");
        }
        catch (RefusedException changed)
        {
            return new StepResult(Verdict.Fail, changed.Message);
        }
    }

    private static async Task KeepAsync(RunContext run, MoveSummary summary, CancellationToken cancellationToken)
    {
        using var process = Process.GetCurrentProcess();
        run.Summary = summary with { PeakMemoryBytes = process.PeakWorkingSet64 };
        await run.Evidence.WriteJsonAsync("move", run.Summary, cancellationToken);
    }

    private sealed class Forward(IProgress<StepProgress> progress) : IProgress<MoveProgress>
    {
        public void Report(MoveProgress value) => progress.Report(new MoveStepProgress(value));
    }
}

/// <summary>What the export leaves in the journal.</summary>
/// <param name="Manifest">Its key in the object store.</param>
public sealed record ExportOutput(string Manifest, long Rows, int Parts);
