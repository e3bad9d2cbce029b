using FreshTrack.Cutover.Steps;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>The T-0 procedure as data. Targets such as Migrate and Verify run slices of it.</summary>
public static class CutoverRunbook
{
    public const string Schema = "freeze.schema";
    public const string Preflight = "freeze.preflight";
    public const string Freeze = "freeze.apply";
    public const string ProveFreeze = "freeze.prove";
    public const string Export = "export.parts";
    public const string MapUsers = "import.users";
    public const string Import = "import.rows";
    public const string AskSource = "import.source";
    public const string IndexWebhooks = "import.webhooks";
    public const string Verify = "import.verify";
    public const string Deploy = "deploy.api";

    /// <summary>The last phase before the new system is used.</summary>
    public const int DeployPhase = 4;

    public static Runbook Whole { get; } =
        new(
            "cutover",
            [
                new(
                    1,
                    "Freeze Supabase",
                    Minutes(0),
                    Minutes(15),
                    [
                        new(Schema, "Bring the target's schema up to date", DeploySteps.MigrateSchemaAsync),
                        new(Preflight, "Check the plan against both catalogs and the data", PreflightSteps.RunAsync)
                        {
                            RestoreAsync = PreflightSteps.RestoreAsync,
                        },
                        new(Freeze, "Refuse writes on the source", FreezeSteps.ApplyAsync) { Changes = true },
                        new(ProveFreeze, "Prove that nothing can write", FreezeSteps.ProveAsync),
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
                    [new(Export, "Export every table from one snapshot", MoveSteps.ExportAsync) { Changes = true }]
                ),
                new(
                    3,
                    "Data migration",
                    Minutes(45),
                    Minutes(90),
                    [
                        new(MapUsers, "Create users in Stack Auth and map them", MoveSteps.MapUsersAsync)
                        {
                            Changes = true,
                        },
                        new(Import, "Import every part, then indexes and keys", MoveSteps.ImportAsync)
                        {
                            Changes = true,
                        },
                        new(AskSource, "Prove that the source is unchanged", MoveSteps.AskSourceAsync),
                        new(IndexWebhooks, "Index the webhook secrets", DeploySteps.IndexWebhookSecretsAsync)
                        {
                            Changes = true,
                        },
                        new(Verify, "Compare source and target", VerifySteps.VerifyAsync),
                    ]
                ),
                new(
                    DeployPhase,
                    "Deploy new system",
                    Minutes(90),
                    Minutes(120),
                    [new(Deploy, "Start the API on the migrated target", DeploySteps.ApiAsync) { Changes = true }]
                ),
                new(
                    6,
                    "Final validation",
                    Minutes(135),
                    Minutes(150),
                    [
                        new("validate.health", "Ask the API for its health", ValidateSteps.HealthAsync),
                        new(
                            "validate.query",
                            "Read a unit's readings as a signed-in user",
                            ValidateSteps.SignedInQueryAsync
                        ),
                        new(
                            "validate.webhook",
                            "Send a test TTN webhook and see its reading",
                            ValidateSteps.WebhookAsync
                        )
                        {
                            Changes = true,
                        },
                    ]
                ),
            ]
        );

    /// <summary>Opens the source again, whatever run closed it.</summary>
    public static Runbook Unfreeze { get; } =
        new(
            "unfreeze",
            [
                new(
                    1,
                    "Open the source",
                    Minutes(0),
                    Minutes(5),
                    [new("unfreeze.lift", "Let the source take writes again", FreezeSteps.LiftAsync) { Changes = true }]
                ),
            ]
        )
        {
            IsSlice = true,
        };

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}
