using System.Text.Json.Nodes;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Preflighting;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>The plan is compared with both databases before anything is frozen or moved.</summary>
public static class PreflightSteps
{
    private const string Catalogs = "catalogs";
    private const int ShownFindings = 5;

    /// <summary>The whole preflight; where rows may be in the target already, what it let through is compared with the
    /// catalogs as they are now.</summary>
    public static async Task<StepResult> RunAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (run.IsStored)
        {
            return await RestoreAsync(run, output: null, cancellationToken);
        }

        var (source, target) = (run.Environment.Source, run.Environment.Target);
        var result = await Preflight.RunAsync(run.Plan, source, target, new Family(progress), cancellationToken);
        var more = (await StoredUnit.FindAsync(run.Environment, cancellationToken)).ToList();
        if (result.Plan is { } plan)
        {
            progress.Report(new StepProgress("preflight: users in Stack Auth"));
            more.AddRange(
                await AccountCheck.FindAsync(plan, source, target, run.Environment.StackAuth, cancellationToken)
            );
        }

        result = result with { Findings = [.. result.Findings, .. more] };
        run.Preflight.Set(result);
        await run.Evidence.WriteJsonAsync(
            "preflight",
            new PreflightReport(result.Verdict, result.Findings),
            cancellationToken
        );
        if (result.Plan is null || result.Verdict is Verdict.Fail or Verdict.Inconclusive)
        {
            var verdict = result.Verdict == Verdict.Inconclusive ? Verdict.Inconclusive : Verdict.Fail;
            var blocking = result
                .Findings.Where(finding => finding.Verdict is Verdict.Fail or Verdict.Inconclusive)
                .ToList();
            var all = run.Evidence.IsKept ? $" All findings are in {run.Evidence.PathOf("preflight.json")}" : "";
            return new StepResult(
                verdict,
                $"{Describe(blocking)}. Fix the plan or the data, then run again; nothing was moved.{all}"
            );
        }

        run.Resolved.Set(result.Plan);
        await run.Evidence.WriteJsonAsync(Catalogs, await ReadCatalogsAsync(run, cancellationToken), cancellationToken);
        var found =
            result.Findings.Count == 0
                ? "no findings"
                : $"{result.Findings.Count} findings: {Describe(result.Findings)}";
        var unit = run.Environment.TemperatureUnit is { } said ? $"temperatures in °{said}, " : "";
        return new StepResult(result.Verdict, $"{result.Plan.Tables.Count} tables, {unit}{found}");
    }

    /// <summary>In the night: both catalogs are as the final check judged them.</summary>
    public static async Task<StepResult> CompareAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var folder = run.FinalCheck ?? run.Evidence.Path;
        var judged =
            await EvidenceFile.FindAsync<CatalogsReport>(folder, $"{Catalogs}.json", cancellationToken)
            ?? throw new RefusedException(
                $"{folder} has no {Catalogs}.json, so nothing says what the final check judged. Run FinalCheck again."
            );
        var changed = judged.DifferencesTo(await ReadCatalogsAsync(run, cancellationToken));
        return changed.Count == 0
            ? await RestoreAsync(run, output: null, cancellationToken)
            : new StepResult(
                Verdict.Fail,
                $"{changed.Count} tables are not as the final check judged them: "
                    + $"{string.Join(", ", changed.Take(ShownFindings))}. Run FinalCheck again"
            );
    }

    /// <summary>What preflight has let through before must still fit the catalogs.</summary>
    public static async Task<StepResult> RestoreAsync(
        RunContext run,
        JsonNode? output,
        CancellationToken cancellationToken
    )
    {
        var resolution = PlanResolver.Resolve(
            run.Plan,
            await Catalog.ReadAsync(run.Environment.Source, cancellationToken),
            await Catalog.ReadAsync(run.Environment.Target, cancellationToken)
        );
        if (resolution.Plan is not { } plan)
        {
            var failing = resolution.Findings.Where(finding => finding.Verdict == Verdict.Fail).ToList();
            throw new RefusedException(
                $"The plan no longer fits the databases: {Describe(failing)}. Run Preflight, and begin "
                    + "again with --restart."
            );
        }

        run.Resolved.Set(plan);
        return StepResult.Pass($"{plan.Tables.Count} tables, still as preflight let them through");
    }

    private static async Task<CatalogsReport> ReadCatalogsAsync(RunContext run, CancellationToken cancellationToken) =>
        CatalogsReport.Of(
            await Catalog.ReadAsync(run.Environment.Source, cancellationToken),
            await Catalog.ReadAsync(run.Environment.Target, cancellationToken)
        );

    private static string Describe(IReadOnlyList<Finding> findings)
    {
        var shown = findings
            .Take(ShownFindings)
            .Select(finding => $"{finding.Subject}: {finding.Message}{Rows(finding)}");
        return string.Join("; ", shown)
            + (findings.Count > ShownFindings ? $"; and {findings.Count - ShownFindings} more" : "");
    }

    private static string Rows(Finding finding) =>
        finding.Rows is not { } rows ? ""
        : finding.Examples.Count == 0 ? $" ({rows:N0})"
        : $" ({rows:N0}: {string.Join(", ", finding.Examples)}{(rows > finding.Examples.Count ? ", …" : "")})";

    private sealed class Family(IProgress<StepProgress> progress) : IProgress<string>
    {
        public void Report(string value) => progress.Report(new StepProgress(value));
    }
}
