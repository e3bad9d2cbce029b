using System.Text.Json;
using System.Text.Json.Nodes;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Importing;
using FreshTrack.Plan;
using FreshTrack.Verification.Declarations;

namespace FreshTrack.Cutover.Steps;

/// <summary>The target's constraints, indexes, triggers and sequences are read before the import, which takes many of
/// them off, and compared after it.</summary>
public static class DeclarationSteps
{
    public const string Before = "freeze.declarations";
    public const string After = "import.declarations";

    private const string Report = "declarations";

    public static IReadOnlyList<string> Ids { get; } = [Before, After];

    /// <summary>Reads them once: a list that this run has kept stays, because an import that was cut off leaves indexes
    /// and keys off. What does not do what it declares is a failure here already, before anything was moved.</summary>
    public static async Task<StepResult> BeforeAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(run, cancellationToken) is { } kept)
        {
            return Keep(run, kept.Before, "read when this run began");
        }

        var target = run.Environment.Target;
        var off = await Importer.FindDroppedAsync(target, cancellationToken);
        if (off.Count > 0)
        {
            return new StepResult(
                Verdict.Inconclusive,
                $"{Format.Count(off.Count)} indexes, keys and triggers of the target are off since an import that has "
                    + $"not ended ({Format.List(off)}), so what it declares cannot be read. Resume that run, or clear "
                    + "it with Migrate --restart, then run again"
            );
        }

        var before = await DeclarationReader.ReadAsync(target, cancellationToken);
        if (before.Count == 0)
        {
            return new StepResult(
                Verdict.Inconclusive,
                "the target declares nothing, expected the tables of the new system; bring its schema up to date first"
            );
        }

        var flaws = DeclarationDifference.Flaws(before);
        if (flaws.Count > 0)
        {
            return new StepResult(
                Verdict.Fail,
                $"{Said(flaws)}. An import does not repair that: put it right on the target, then run again"
            );
        }

        await run.Evidence.WriteJsonAsync(Report, new DeclarationReport(before, After: null), cancellationToken);
        return Keep(run, before, "read before the import");
    }

    /// <summary>Puts back the list as the journal has it, on whichever machine.</summary>
    public static async Task<StepResult> RestoreAsync(
        RunContext run,
        JsonNode? output,
        CancellationToken cancellationToken
    )
    {
        var before =
            output?.Deserialize<DeclarationOutput>(EvidenceJson.Options)?.Before
            ?? throw new RefusedException(
                $"The journal does not say what the target declared before the import, expected it with step {Before}. "
                    + "Begin again with --restart."
            );
        if (await FindAsync(run, cancellationToken) is null)
        {
            await run.Evidence.WriteJsonAsync(Report, new DeclarationReport(before, After: null), cancellationToken);
        }

        return Keep(run, before, "as the journal has them");
    }

    public static async Task<StepResult> AfterAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var after = await DeclarationReader.ReadAsync(run.Environment.Target, cancellationToken);
        var report = new DeclarationReport(run.Declarations.Value, after);
        await run.Evidence.WriteJsonAsync(Report, report, cancellationToken);
        var line = DeclarationCriterion.Judge(report);
        return line.Verdict == Verdict.Fail
            ? new StepResult(
                line.Verdict,
                $"{Said(DeclarationDifference.Between(report.Before, after))}. Put it right on the target, then run "
                    + "this step again"
            )
            : new StepResult(line.Verdict, line.Reason.TrimEnd('.'));
    }

    private static StepResult Keep(RunContext run, IReadOnlyList<Declaration> before, string when)
    {
        run.Declarations.Set(before);
        return StepResult.Pass($"{DeclarationCriterion.Counts(before)}, {when}", new DeclarationOutput(before));
    }

    private static string Said(IReadOnlyList<DeclarationDifference> differences) =>
        Format.List([.. differences.Select(difference => $"{difference}")]);

    private static Task<DeclarationReport?> FindAsync(RunContext run, CancellationToken cancellationToken) =>
        EvidenceFile.FindAsync<DeclarationReport>(run.Evidence.Path, $"{Report}.json", cancellationToken);
}

/// <summary>What the reading before the import leaves in the journal.</summary>
public sealed record DeclarationOutput(IReadOnlyList<Declaration> Before);
