namespace FreshTrack.Cutover.Nights;

/// <summary>The release manager's procedures, in their order, as the names of runs have them.</summary>
public static class ProcedureKinds
{
    public const string Prepare = "prepare";
    public const string FinalCheck = "final-check";
    public const string Cutover = "cutover";
    public const string Rollback = "rollback";
    public const string Complete = "complete";

    public static IReadOnlyList<string> All { get; } = [Prepare, FinalCheck, Cutover, Rollback, Complete];

    /// <summary>The procedure whose run has this id.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not the run of a procedure.</exception>
    public static string Of(string runId) =>
        All.FirstOrDefault(kind => runId.EndsWith($"-{kind}"))
        ?? throw new ArgumentOutOfRangeException(nameof(runId), runId, "No procedure's run has this id.");

    /// <summary>The target that runs it.</summary>
    public static string TargetOf(string kind) =>
        kind switch
        {
            Prepare => "Prepare",
            FinalCheck => "FinalCheck",
            Cutover => "Cutover",
            Rollback => "Rollback",
            Complete => "Complete",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No procedure has this name."),
        };
}
