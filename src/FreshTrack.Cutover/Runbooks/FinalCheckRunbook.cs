using FreshTrack.Cutover.Steps;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>T-24h: all that can be known before the night is found out, and the target gets its schema. Nothing of the
/// source is changed.</summary>
public static class FinalCheckRunbook
{
    public const string Name = "final-check";

    public const string Schema = "check.schema";
    public const string Preflight = "check.preflight";

    private const int Number = 0;

    public static Runbook Whole { get; } = new(Name, [Planned(TimeSpan.FromHours(-24), TimeSpan.FromHours(-23))]);

    /// <summary>As a rehearsal does it, directly before T-0.</summary>
    public static Phase Rehearsed { get; } = Planned(TimeSpan.FromMinutes(-15), TimeSpan.Zero);

    private static Phase Planned(TimeSpan start, TimeSpan end) =>
        new(
            Number,
            "Final check",
            start,
            end,
            [
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
            ]
        );
}
