using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Importing;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>The target before a cutover.</summary>
public static class TargetSteps
{
    /// <summary>The API's own schema. Its tables go with the rows that they refer to.</summary>
    private const string ApiSchema = "api";

    /// <summary>Tables of the API about moved rows that refer to them by no foreign key.</summary>
    private static readonly TableName[] ApiTables = [new(ApiSchema, "unread_uplinks")];

    /// <summary>Takes out of the target what an earlier attempt left there, whoever wrote it: allowed for what was
    /// taken back, for what has flowed back as a whole, and for what never passed its verification. Who is whom in
    /// Stack Auth stays as a return left it, and so do schema, stored unit and maintenance.</summary>
    public static async Task<StepResult> ClearAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var target = run.Environment.Target;
        var left = await Leftovers.ReadAsync(target, cancellationToken);
        if (left.IsNone)
        {
            return StepResult.Pass("the target holds nothing of an earlier attempt");
        }

        if (await RefusalAsync(run, left, cancellationToken) is { } refusal)
        {
            return new StepResult(Verdict.Fail, refusal);
        }

        var eraser = new RunEraser(target, run.Environment.ObjectStore, run.Clock);
        var shared = new SharedTables([.. run.Plan.Targets.Select(table => table.Name), .. ApiTables], ApiSchema);
        var (rows, tables) = (0L, 0);
        foreach (var earlier in left.Runs)
        {
            progress.Report(new StepProgress($"clearing what run {earlier} left"));
            var erased = await eraser.EmptyAsync(earlier, shared, cancellationToken);
            (rows, tables) = (rows + erased.Rows, tables + erased.Tables);
        }

        if (left.Runs.Count == 0)
        {
            // An earlier clearing was cut off before keys and indexes were back.
            await eraser.RunAsync(run.Evidence.RunId, cancellationToken);
            return StepResult.Pass("keys, indexes and triggers that an earlier attempt took off are back");
        }

        return StepResult.Pass(
            $"{rows:N0} rows in {tables} tables of {string.Join(", ", left.Runs)} are gone; its export stays in the "
                + "object store, its users in Stack Auth",
            new ClearOutput(left.Runs, rows)
        );
    }

    /// <summary>Nothing is cleared under a system that may still run.</summary>
    public static async Task<string?> WhyNotClearAsync(RunContext run, CancellationToken cancellationToken) =>
        run.Deployment is null && await HasLeftoversAsync(run, cancellationToken)
            ? $"nothing here can say whether the new system still runs in '{run.Environment.Name}'. Stop it, and "
                + "empty the target by hand"
            : null;

    /// <summary>Whether an earlier attempt left something, which a person then agrees to clear.</summary>
    public static async Task<bool> HasLeftoversAsync(RunContext run, CancellationToken cancellationToken) =>
        !(await Leftovers.ReadAsync(run.Environment.Target, cancellationToken)).IsNone;

    private static async Task<string?> RefusalAsync(RunContext run, Leftovers left, CancellationToken cancellationToken)
    {
        if (run.Deployment is { } deployment && await deployment.FindAsync(cancellationToken) is { } api)
        {
            return $"the new system still runs on the target, at {api}. Stop it, then run again; nothing was cleared";
        }

        var runs = Path.GetDirectoryName(run.Evidence.Path)!;
        var earlier = new EarlierRuns(runs, run.Environment.ObjectStore, run.Clock);
        foreach (var id in left.Runs)
        {
            var found = await earlier.FindAsync(id, cancellationToken);
            var why = found is null
                ? $"the target holds what run {id} wrote, and neither {runs} nor the object store has its journal, so "
                    + "nothing says whether its rows may go. Bring the folder here, or empty the target by hand"
                : found.Obstacle;
            if (why is not null)
            {
                return $"{why}; nothing was cleared";
            }
        }

        return null;
    }
}

/// <summary>What clearing the target leaves in the journal.</summary>
public sealed record ClearOutput(IReadOnlyList<string> Runs, long Rows);
