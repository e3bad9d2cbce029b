using FreshTrack.Cutover.Steps;

namespace FreshTrack.Cutover.Runbook;

/// <summary>The T-0 procedure as data. The planned windows are those of docs/CUTOVER_CHECKLIST.md.</summary>
public static class CutoverRunbook
{
    /// <summary>The step that compares source and target.</summary>
    public const string Verify = "import.verify";

    public static IReadOnlyList<Phase> Phases { get; } =
    [
        new(
            1,
            "Freeze Supabase",
            Minutes(0),
            Minutes(15),
            [
                new("freeze.preflight", "Hold the plan against both catalogs and the data", FreezeSteps.PreflightAsync),
                new("freeze.apply", "Refuse writes on the source", FreezeSteps.ApplyAsync),
                new("freeze.prove", "Prove that nothing writes any more", FreezeSteps.ProveAsync),
            ]
        )
        {
            Confirmation = "freeze the old system",
        },
        new(
            2,
            "Export data",
            Minutes(15),
            Minutes(45),
            [new("export.parts", "Export every table from one snapshot", MoveSteps.ExportAsync)]
        ),
        new(
            3,
            "Data migration",
            Minutes(45),
            Minutes(90),
            [
                new("import.users", "Create users in Stack Auth and map them", MoveSteps.MapUsersAsync),
                new("import.rows", "Import every part, then indexes and keys", MoveSteps.ImportAsync),
                new("import.webhooks", "Index the webhook secrets", MoveSteps.IndexWebhookSecretsAsync),
                new(Verify, "Compare source and target", VerifySteps.VerifyAsync),
            ]
        ),
        new(
            4,
            "Deploy new system",
            Minutes(90),
            Minutes(120),
            [new("deploy.api", "Start the API on the migrated target", DeploySteps.ApiAsync)]
        ),
        new(
            6,
            "Final validation",
            Minutes(135),
            Minutes(150),
            [
                new("validate.health", "Ask the API for its health", ValidateSteps.HealthAsync),
                new("validate.query", "Read a unit's readings as a signed-in user", ValidateSteps.SignedInQueryAsync),
                new("validate.webhook", "Send a test TTN webhook and see its reading", ValidateSteps.WebhookAsync),
            ]
        ),
    ];

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}
