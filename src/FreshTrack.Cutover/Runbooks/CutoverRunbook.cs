using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.States;
using FreshTrack.Cutover.Steps;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>The night, T-0, as data: six phases, and the message afterwards. Targets such as Migrate and Verify run
/// slices of it and of the final check.</summary>
public static class CutoverRunbook
{
    public const string Name = "cutover";

    public const string CloseOld = "freeze.maintenance";
    public const string PauseWebhooks = "freeze.webhooks";
    public const string Compare = "freeze.compare";
    public const string Freeze = "freeze.apply";
    public const string ProveFreeze = "freeze.prove";
    public const string Export = "export.parts";
    public const string VerifyExport = "export.verify";
    public const string MapUsers = "import.users";
    public const string Import = "import.rows";
    public const string AskSource = "import.source";
    public const string IndexWebhooks = "import.webhooks";
    public const string Verify = "import.verify";
    public const string Hold = "deploy.hold";
    public const string Deploy = "deploy.api";
    public const string SwitchWebhooks = "traffic.webhooks";
    public const string SwitchDns = "traffic.dns";
    public const string Open = "validate.open";
    public const string Release = "validate.notifications";

    /// <summary>The steps that need what stands around the API.</summary>
    public static IReadOnlyList<string> OfStack { get; } =
    [StartStack, StatusPage, Visit, Picture, Watch, TellTraffic, TellValidation, TellOpen, PictureOpen];

    /// <summary>Those of them that need Prometheus or the status page.</summary>
    public static IReadOnlyList<string> OfMonitoring { get; } =
    [StatusPage, Watch, TellTraffic, TellValidation, TellOpen];

    internal const string StartStack = "deploy.stack";
    private const string Visit = "deploy.visitors";
    private const string Picture = "deploy.pictures";
    private const string Watch = "deploy.monitoring";
    internal const string StatusPage = "deploy.status_page";
    private const string TellTraffic = "traffic.notice";
    private const string TellValidation = "validate.notice";
    private const string TellOpen = "validate.status_page";
    private const string PictureOpen = "validate.pictures";
    private const string HoldsForTraffic = "traffic.freeze";
    private const string HoldsForValidation = "validate.freeze";

    /// <summary>The last phase before the new system is used.</summary>
    public const int DeployPhase = 4;

    /// <summary>The six phases, and the message afterwards.</summary>
    public static Runbook Night { get; } =
        new(Name, [FreezePhase, ExportPhase, MigratePhase, DeployPhaseOf(), TrafficPhase, ValidatePhase])
        {
            Begins = CutoverState.Before,
        };

    /// <summary>The night with the final check before it, which a rehearsal does directly before T-0.</summary>
    public static Runbook Whole { get; } = Night with { Phases = [FinalCheckRunbook.Rehearsed, .. Night.Phases] };

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

    private static Phase FreezePhase =>
        new(
            1,
            "Freeze Supabase",
            Minutes(0),
            Minutes(15),
            [
                new(Compare, "Compare both catalogs with what the final check judged", PreflightSteps.CompareAsync)
                {
                    Owner = Role.Database,
                    Due = Minutes(1),
                    RestoreAsync = PreflightSteps.RestoreAsync,
                },
                // Not restored: a machine that slept may be off when it continues.
                new("freeze.clocks", "Compare the clocks", ClockSteps.CompareAsync)
                {
                    Owner = Role.Operations,
                    Due = Minutes(1),
                },
                new(DeclarationSteps.Before, "Read what the target declares", DeclarationSteps.BeforeAsync)
                {
                    Owner = Role.Database,
                    Due = Minutes(2),
                    RestoreAsync = DeclarationSteps.RestoreAsync,
                },
                Step.NotYet(
                    PauseWebhooks,
                    "Pause the webhooks of The Things Stack",
                    "webhooks are not paused by this version; pause them in the console of The Things Stack"
                ) with
                {
                    Owner = Role.Operations,
                    Due = Minutes(3),
                    Transition = new Transition { Webhooks = WebhookRoute.Paused },
                    Confirmation = "freeze the old system: its users see the maintenance page from now on",
                },
                new(CloseOld, "Close the old application for its users", MaintenanceSteps.OnAsync)
                {
                    SettledBy = CloseOld,
                    Owner = Role.Operations,
                    Due = Minutes(4),
                    Changes = true,
                    UndoAsync = MaintenanceSteps.OffAsync,
                    Transition = new Transition { OldMaintenance = Switch.On },
                },
                new(Freeze, "Refuse writes on the source", FreezeSteps.ApplyAsync)
                {
                    Owner = Role.Database,
                    Due = Minutes(8),
                    Changes = true,
                    RestoreAsync = FreezeSteps.RestoreAppliedAsync,
                    UndoAsync = FreezeSteps.LiftAsync,
                    Transition = new Transition { Source = SourceAccess.Frozen },
                },
                new(ProveFreeze, "Prove that nothing can write", FreezeSteps.ProveAsync)
                {
                    Owner = Role.Database,
                    Due = Minutes(10),
                    RestoreAsync = FreezeSteps.RestoreProvedAsync,
                },
                new("freeze.snapshot", "Keep a dump of the source", SnapshotSteps.TakeAsync)
                {
                    Owner = Role.Database,
                    Changes = true,
                    Skippable = true,
                    RestoreAsync = (_, _, _) => Task.FromResult(StepResult.Pass("kept before")),
                },
            ]
        );

    private static Phase ExportPhase =>
        new(
            2,
            "Export data",
            Minutes(15),
            Minutes(45),
            [
                new(Export, "Export every table from one snapshot", MoveSteps.ExportAsync)
                {
                    Owner = Role.Database,
                    Changes = true,
                    RestoreAsync = MoveSteps.RestoreExportAsync,
                    SettledBy = Import,
                },
            ]
        );

    private static Phase MigratePhase =>
        new(
            3,
            "Data migration",
            Minutes(45),
            Minutes(90),
            [
                new(MapUsers, "Create users in Stack Auth and map them", MoveSteps.MapUsersAsync)
                {
                    Owner = Role.Database,
                    Due = Minutes(50),
                    Changes = true,
                    SettledBy = Import,
                },
                new(Import, "Import every part, then indexes and keys", MoveSteps.ImportAsync)
                {
                    Owner = Role.Database,
                    Due = Minutes(75),
                    Changes = true,
                    SettledBy = Import,
                    Transition = new Transition { Target = TargetContent.Loading },
                },
                new(AskSource, "Prove that the source is unchanged", MoveSteps.AskSourceAsync)
                {
                    Owner = Role.Database,
                    Due = Minutes(76),
                    SettledBy = AskSource,
                },
                new(IndexWebhooks, "Index the webhook secrets", DeploySteps.IndexWebhookSecretsAsync)
                {
                    Owner = Role.Database,
                    Due = Minutes(77),
                    Changes = true,
                    SettledBy = IndexWebhooks,
                },
                new(Verify, "Compare source and target", VerifySteps.VerifyAsync)
                {
                    Owner = Role.Database,
                    RestoreAsync = VerifySteps.RestoreAsync,
                    SettledBy = Verify,
                    JudgedBy = GateSteps.Data,
                    Transition = new Transition { Target = TargetContent.Verified },
                },
                new(DeclarationSteps.After, "Compare what the target declares with before", DeclarationSteps.AfterAsync)
                {
                    Owner = Role.Database,
                    SettledBy = DeclarationSteps.After,
                    JudgedBy = GateSteps.Data,
                },
                new(GateSteps.Data, "Judge counts, contents, integrity and declarations", GateSteps.JudgeDataAsync)
                {
                    SettledBy = GateSteps.Data,
                },
            ]
        );

    private static Phase TrafficPhase =>
        new(
            5,
            "Switch traffic",
            Minutes(120),
            Minutes(135),
            [
                Holds(HoldsForTraffic, 121) with
                {
                    SettledBy = HoldsForValidation,
                },
                new(TellTraffic, "Tell visitors of the status page", StatusPageSteps.TrafficAsync)
                {
                    SettledBy = TellTraffic,
                    Owner = Role.Communications,
                    Due = Minutes(121),
                    Skippable = true,
                },
                Step.NotYet(
                    SwitchWebhooks,
                    "Point the webhooks of The Things Stack at the new system",
                    "webhooks are not switched by this version; set their address in the console of The Things Stack"
                ) with
                {
                    Owner = Role.Operations,
                    Due = Minutes(123),
                    Confirmation = "point the webhooks at the new system; from here on only a return leads back",
                    Transition = new Transition { Webhooks = WebhookRoute.New },
                },
                Step.NotYet(
                    SwitchDns,
                    "Switch the public names to the new system",
                    "DNS is not switched by this version; change the records at the provider"
                ) with
                {
                    Owner = Role.Operations,
                    Confirmation = "switch the public names to the new system",
                    Transition = new Transition { Traffic = Side.New },
                },
            ]
        );

    private static Phase ValidatePhase =>
        new(
            6,
            "Final validation",
            Minutes(135),
            Minutes(150),
            [
                Holds(HoldsForValidation, 136),
                new(TellValidation, "Tell visitors of the status page", StatusPageSteps.ValidateAsync)
                {
                    SettledBy = TellValidation,
                    Owner = Role.Communications,
                    Due = Minutes(136),
                    Skippable = true,
                },
                .. CanaryRunbook.All(Minutes(137)),
                new(Open, "Open the new system to everybody", DeploySteps.OpenAsync)
                {
                    Owner = Role.Operations,
                    Due = Minutes(147),
                    Changes = true,
                    SettledBy = Open,
                    Transition = new Transition { NewSystem = NewSystem.Open },
                },
                new(Release, "Tell customers of alerts again", DeploySteps.ReleaseAsync)
                {
                    Owner = Role.ReleaseManager,
                    Changes = true,
                    SettledBy = Release,
                    Irreversible = true,
                    Confirmation = "release the notifications: customers are told of alerts from now on",
                    Transition = new Transition { Notifications = Notifications.Released },
                },
                new(TellOpen, "Tell visitors of the status page", StatusPageSteps.OpenAsync)
                {
                    SettledBy = TellOpen,
                    Owner = Role.Communications,
                    Skippable = true,
                },
                new(PictureOpen, "Picture the public pages", PictureSteps.OpenAsync)
                {
                    SettledBy = PictureOpen,
                    Owner = Role.Communications,
                    Skippable = true,
                },
                Step.NotYet(
                    "notices.done",
                    "Tell the users that the cutover is over",
                    "notices are not sent by this version; send the message by hand"
                ) with
                {
                    Owner = Role.Communications,
                    Irreversible = true,
                },
            ]
        );

    private static Phase DeployPhaseOf() =>
        new(
            DeployPhase,
            "Deploy new system",
            Minutes(90),
            Minutes(120),
            [
                Holds("deploy.freeze", 91) with
                {
                    SettledBy = HoldsForTraffic,
                },
                new(Hold, "Keep the new system closed", DeploySteps.HoldAsync)
                {
                    Owner = Role.Operations,
                    Due = Minutes(92),
                    Changes = true,
                    SettledBy = Hold,
                },
                new(Deploy, "Start the API on the migrated target", DeploySteps.ApiAsync)
                {
                    Owner = Role.Operations,
                    Due = Minutes(105),
                    Changes = true,
                    RestoreAsync = DeploySteps.RestoreApiAsync,
                    UndoAsync = DeploySteps.StopAsync,
                    Transition = new Transition { NewSystem = NewSystem.Held },
                },
                new(StartStack, "Start frontend, proxy and monitoring", StackSteps.StartAsync)
                {
                    SettledBy = StartStack,
                    Owner = Role.Operations,
                    Due = Minutes(112),
                    Changes = true,
                },
                new(StatusPage, "Set the status page up, and tell its visitors", StatusPageSteps.SetUpAsync)
                {
                    SettledBy = StatusPage,
                    Owner = Role.Communications,
                    Due = Minutes(115),
                    Changes = true,
                    Skippable = true,
                },
                new(Visit, "Ask for the public names as a visitor does", StackSteps.VisitAsync)
                {
                    SettledBy = Visit,
                    Owner = Role.Operations,
                    Due = Minutes(117),
                    Skippable = true,
                },
                new(Picture, "Picture the public pages", PictureSteps.DeployedAsync)
                {
                    SettledBy = Picture,
                    Owner = Role.Operations,
                    Due = Minutes(118),
                    Skippable = true,
                },
                new(Watch, "See that monitoring reaches everything", StackSteps.MonitoringAsync)
                {
                    SettledBy = Watch,
                    Owner = Role.Operations,
                    Skippable = true,
                },
            ]
        );

    /// <summary>The proof again: a source that thawed, or took a write, stops the night here.</summary>
    private static Step Holds(string id, int due) =>
        new(id, "Prove that the freeze still holds", FreezeSteps.HoldsAsync)
        {
            Owner = Role.Database,
            Due = Minutes(due),
        };

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}
