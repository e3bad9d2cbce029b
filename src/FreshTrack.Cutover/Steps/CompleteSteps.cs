using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>T+7d: what only the move needed goes, and what was learned is written down.</summary>
public static class CompleteSteps
{
    private const string RetrospectiveName = "retrospective.md";

    private static readonly Sql Purge = new(
        """
        with gone as (delete from migration.user_map where retain_until < now() returning 1)
        select count(*) from gone
        """
    );

    private static readonly Sql Kept = new(
        "select count(*)::text || ' until ' || to_char(max(retain_until), 'YYYY-MM-DD') from migration.user_map"
    );

    /// <summary>Removes who became whom, once it has been kept for its 90 days.</summary>
    public static async Task<StepResult> PurgeUsersAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var target = run.Environment.Target;
        if (
            !await target.ScalarAsync<bool>(
                new Sql("select to_regclass('migration.user_map') is not null"),
                cancellationToken
            )
        )
        {
            return StepResult.Pass("there is no user map");
        }

        var gone = await target.ScalarAsync<long>(Purge, cancellationToken);
        var kept = await target.ScalarAsync<string>(Kept, cancellationToken);
        return StepResult.Pass(
            $"{gone} entries of the user map were older than their 90 days and are gone"
                + (kept is null ? "" : $"; {kept} stay, and go with a later Complete")
        );
    }

    /// <summary>Planned against actual, and what was answered, skipped, overridden and noted.</summary>
    public static async Task<StepResult> RetrospectiveAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var cutover = run.Follows ?? throw new RefusedException("No cutover was named to look back on. Run Status.");
        var runbook =
            await EvidenceFile.FindAsync<PlannedRunbook>(cutover.Folder, "runbook.json", cancellationToken)
            ?? throw new RefusedException($"{cutover.Folder} has no runbook.json, so nothing says what was planned.");
        var text = Retrospective.Write(cutover.Id, runbook, cutover.Journal, run.Notes);
        await run.Evidence.WriteTextAsync(RetrospectiveName, text, cancellationToken);
        return StepResult.Pass($"{run.Evidence.PathOf(RetrospectiveName)}: add what people saw");
    }

    /// <summary>Nothing is done: the confirmation is the sign-off.</summary>
    public static Task<StepResult> SignOffAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) => Task.FromResult(StepResult.Pass("signed off; the journal names both people"));
}
