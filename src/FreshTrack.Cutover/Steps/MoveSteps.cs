using System.Text;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Migration;
using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Importing;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>Phases 2 and 3: rows and users go from the source to the target.</summary>
public static class MoveSteps
{
    public static async Task<StepResult> ExportAsync(
        CutoverRun run,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var exporter = new Exporter(run.Environment.Source, run.Environment.ObjectStore, run.Environment.Clock);
        var manifest = await exporter.RunAsync(
            Plan(run),
            Options(run),
            new MoveProgressText(progress),
            cancellationToken
        );
        await run.Evidence.WriteTextAsync(
            "manifest.json",
            Encoding.UTF8.GetString(manifest.ToJson()),
            cancellationToken
        );
        run.Manifest = manifest;
        var megabytes = manifest.Parts.Sum(part => part.Bytes) / 1e6;
        return StepResult.Pass($"{manifest.Rows:N0} rows in {manifest.Parts.Count} parts, {megabytes:0.0} MB");
    }

    public static async Task<StepResult> MapUsersAsync(
        CutoverRun run,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var mapper = new UserMapper(
            run.Environment.Source,
            run.Environment.Target,
            run.Environment.StackAuth,
            run.Environment.Clock
        );
        var result = await mapper.RunAsync(
            Plan(run),
            run.Evidence.RunId,
            new MoveProgressText(progress),
            cancellationToken
        );
        return StepResult.Pass($"{result.Users} users mapped, {result.Created} of them created without a password");
    }

    public static async Task<StepResult> ImportAsync(
        CutoverRun run,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var manifest =
            run.Manifest ?? throw new InvalidOperationException("Nothing was exported; phase 2 comes first.");
        var importer = new Importer(run.Environment.Target, run.Environment.ObjectStore, run.Environment.Clock);
        var result = await importer.RunAsync(
            Plan(run),
            manifest,
            Options(run),
            new MoveProgressText(progress),
            cancellationToken
        );
        return StepResult.Pass(
            $"{result.Rows:N0} rows from {result.Parts} parts, "
                + $"{result.Rows / result.Elapsed.TotalSeconds:N0} rows/s with indexes and keys"
        );
    }

    public static async Task<StepResult> IndexWebhookSecretsAsync(
        CutoverRun run,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        await run.Environment.RunApiCommandAsync("index-webhook-secrets", cancellationToken);
        if (run.AfterImport is not null)
        {
            await run.AfterImport(run, cancellationToken);
        }

        return StepResult.Pass("organizations are found by their webhook secret without decrypting");
    }

    private static ResolvedPlan Plan(CutoverRun run) =>
        run.Resolved ?? throw new InvalidOperationException("The plan was not resolved; preflight comes first.");

    private static MoveOptions Options(CutoverRun run) => new(run.Evidence.RunId);
}
