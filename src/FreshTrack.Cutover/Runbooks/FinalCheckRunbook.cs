using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.States;
using FreshTrack.Cutover.Steps;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>T-24h: all that can be known before the night is found out, and the target gets its schema. Nothing of the
/// source is changed.</summary>
public static class FinalCheckRunbook
{
    public const string Server = "check.server";
    public const string Name = "final-check";

    public const string Clear = "check.clear";
    public const string Schema = "check.schema";
    public const string Preflight = "check.preflight";
    public const string TryExport = "check.export";
    public const string Reverse = "check.reverse";

    private const int Number = 0;

    public static Runbook Whole { get; } = new(Name, [Planned(TimeSpan.FromHours(-24), TimeSpan.FromHours(-23))]);

    /// <summary>As a rehearsal does it, directly before T-0.</summary>
    public static Phase Rehearsed { get; } = WithCanary(Planned(TimeSpan.FromMinutes(-15), TimeSpan.Zero));

    // A rehearsal has no days before it, in which Prepare would do this.
    private static Phase WithCanary(Phase phase) => phase with { Steps = [CanaryRunbook.Create, .. phase.Steps] };

    private static Phase Planned(TimeSpan start, TimeSpan end) =>
        new(
            Number,
            "Final check",
            start,
            end,
            [
                new(Clear, "Clear what an earlier attempt left in the target", TargetSteps.ClearAsync)
                {
                    Owner = Role.Database,
                    Changes = true,
                    Irreversible = true,
                    Confirmation = "clear the target: it holds rows of an earlier attempt, which this deletes",
                    PreconditionAsync = TargetSteps.WhyNotClearAsync,
                    ConfirmWhenAsync = TargetSteps.HasLeftoversAsync,
                    Transition = new Transition { Target = TargetContent.Empty },
                },
                new("check.health", "Look at the health of both databases", HealthSteps.AskAsync)
                {
                    Owner = Role.Database,
                },
                new(Schema, "Bring the target's schema up to date", DeploySteps.MigrateSchemaAsync)
                {
                    Owner = Role.Database,
                    Changes = true,
                },
                new(Preflight, "Check the plan against both catalogs and the data", PreflightSteps.RunAsync)
                {
                    Owner = Role.Database,
                    RestoreAsync = PreflightSteps.RestoreAsync,
                },
                new(TryExport, "Export without a freeze, and throw it away", MoveSteps.TryExportAsync)
                {
                    Owner = Role.Database,
                    Changes = true,
                    Skippable = true,
                    RestoreAsync = MoveSteps.RestoreTrialAsync,
                },
                new("check.clocks", "Compare the clocks", ClockSteps.CompareAsync) { Owner = Role.Operations },
                new(Reverse, "Check what of the target could not go back", ReturnCheckSteps.CheckAsync)
                {
                    Owner = Role.Database,
                },
                new(Server, "Check the production server", ServerSteps.CheckAsync)
                {
                    Owner = Role.Operations,
                    Skippable = true,
                },
                Step.NotYet(
                    "check.dns",
                    "Prove that no resolver keeps a record for longer than 300 s",
                    "resolvers are not asked by this version; ask them by hand"
                ) with
                {
                    Owner = Role.Operations,
                },
                Step.NotYet(
                    "check.notice",
                    "Remind the users",
                    "notices are not sent by this version; send the reminder by hand"
                ) with
                {
                    Owner = Role.Communications,
                    Irreversible = true,
                },
            ]
        );
}
