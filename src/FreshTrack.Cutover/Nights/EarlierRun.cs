namespace FreshTrack.Cutover.Nights;

/// <summary>The rollback of a run.</summary>
/// <param name="IsOver">It ended, and passed.</param>
/// <param name="Left">Rows in which both sides still differed when they were compared again; null where they were
/// not.</param>
public sealed record WayBack(string RunId, bool IsOver, long? Left);

/// <summary>A run whose rows the target holds, and what became of it.</summary>
/// <param name="Back">Null where nothing led back from it.</param>
public sealed record EarlierRun(FollowedRun Run, WayBack? Back)
{
    /// <summary>Why what it left in the target must stay, with the next step; null where it may go. What users wrote
    /// there is lost with it, so all of it must have flowed back.</summary>
    public string? Obstacle =>
        (Run.HasMovedTraffic, Back) switch
        {
            (_, { IsOver: false }) => $"rollback {Back.RunId} of run {Run.Id} is not over. Finish it with Rollback",
            (false, null) when Run.IsVerified =>
                $"run {Run.Id} passed its verification, and was neither finished nor taken back. Continue it with "
                    + "Cutover, or take it back with Rollback",
            (false, _) => null,
            (true, null) =>
                $"traffic moved to what run {Run.Id} wrote, and no return from it is over: the new system's data "
                    + "would be lost. Return with Rollback first",
            (true, { Left: null }) =>
                $"rollback {Back.RunId} of run {Run.Id} never compared both sides after the difference had flowed "
                    + "back, so nothing proves that the source has it all. Compare them, and empty the target by hand",
            (true, { Left: > 0 }) =>
                $"rollback {Back.RunId} of run {Run.Id} left {Back.Left:N0} rows that differ and could not flow back: "
                    + "its rollback.json names them. Save what is needed of them, and empty the target by hand",
            (true, _) => null,
        };
}
