using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.States;
using FreshTrack.Cutover.Steps;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>The ways back. While traffic has not moved, steps are taken back; afterwards what changed on the new side
/// flows back into the source.</summary>
public static class RollbackRunbook
{
    public const string Name = "rollback";

    /// <summary>Every step of a return begins with it.</summary>
    public const string ReturnPrefix = "return.";

    public const string UndoPrefix = "undo.";

    public const string Close = "return.close";
    public const string RefuseSensors = "return.sensors";
    public const string Lift = "return.lift";
    public const string OpenOld = "return.open";
    public const string Stop = "return.stop";
    public const string Resume = "return.resume";

    public const string TellVisitors = "return.status_page";

    private const string Apply = "return.apply";
    private const string Users = "return.users";
    private const string Repeat = "return.repeat";

    /// <summary>The gap between freeze and undo, in which the old system got nothing.</summary>
    public const string Backfill = "undo.backfill";

    /// <summary>Under a quarter of an hour, from the decision to the old system open to its users.</summary>
    public static Runbook Return { get; } =
        new(Name, [ClosePhase, DifferencePhase, OpenPhase])
        {
            GoesBack = true,
            Begins = CutoverState.Before with
            {
                Source = SourceAccess.Frozen,
                OldMaintenance = Switch.On,
                Webhooks = WebhookRoute.New,
                Target = TargetContent.Verified,
                NewSystem = NewSystem.Open,
                Traffic = Side.New,
                Notifications = Notifications.Released,
            },
        };

    /// <summary>Traffic has moved and the target is gone: says what is lost, and opens the old system without
    /// it.</summary>
    public static Runbook WithoutTarget { get; } =
        Return with
        {
            Phases =
            [
                ClosePhase with
                {
                    Name = "Leave the new system",
                    Steps =
                    [
                        new(
                            "return.loss",
                            "Say what is lost, and where the last copies are",
                            RollbackReportSteps.LossAsync
                        ),
                        StopStep with
                        {
                            Skippable = true,
                            Confirmation =
                                "open the old system as it was at the cutover point: what was written on the new side "
                                + "since then is lost",
                        },
                        PauseWebhooks,
                    ],
                },
                OpenPhase with
                {
                    Steps = [.. OpenPhase.Steps.Where(step => step.Id != Stop)],
                },
            ],
        };

    /// <summary>Takes back what the journal of a cutover says was begun, the last first.</summary>
    public static Runbook Undo(Runbook cutover, IReadOnlyList<JournalEntry> journal)
    {
        var begun = journal
            .Where(entry => entry.Event == JournalEvent.StepStarted)
            .Select(entry => entry.Subject)
            .ToHashSet();
        var steps = cutover
            .Steps.Where(step => begun.Contains(step.Id) && IsTakenBack(step))
            .Reverse()
            .Select(TakeBack)
            .ToList();
        return new Runbook(
            Name,
            [
                new Phase(
                    1,
                    "Take the cutover back",
                    TimeSpan.Zero,
                    TimeSpan.FromMinutes(15),
                    [.. Asked(steps), Gap, .. Told(cutover, begun), Report]
                ),
            ]
        )
        {
            GoesBack = true,
            Begins = cutover
                .Steps.Where(step => begun.Contains(step.Id) && step is { Transition: not null, Absent: null })
                .Aggregate(CutoverState.Before, (state, step) => step.Transition!.Apply(state)),
        };
    }

    /// <summary>Somebody agrees before the first of them.</summary>
    private static IEnumerable<Step> Asked(IEnumerable<Step> steps) =>
        steps.Select(
            (step, i) =>
                i > 0
                    ? step
                    : step with
                    {
                        Confirmation = "take the cutover back: the old system opens to its users again",
                    }
        );

    /// <summary>A step that only people do is taken back by people.</summary>
    private static bool IsTakenBack(Step step) =>
        step.UndoAsync is not null || step is { Absent: not null, Transition: not null };

    private static Step Gap { get; } =
        Step.NotYet(
            Backfill,
            "Fetch what sensors sent meanwhile",
            "the gap is not fetched from The Things Stack by this version; sensors whose messages the old system "
                + "refused "
                + "keep none of them"
        ) with
        {
            Owner = Role.Operations,
        };

    /// <summary>Once the old system is open again: before, it would be untrue.</summary>
    private static IEnumerable<Step> Told(Runbook cutover, HashSet<string> begun) =>
        cutover
            .Steps.Where(step => step is { Id: CutoverRunbook.StatusPage, Absent: null } && begun.Contains(step.Id))
            .Select(step => Tell with { Id = $"{UndoPrefix}{step.Id}", SettledBy = $"{UndoPrefix}{step.Id}" });

    private static Step Tell =>
        new(TellVisitors, "Tell visitors of the status page", StatusPageSteps.RolledBackAsync)
        {
            Owner = Role.Communications,
            Skippable = true,
            SettledBy = TellVisitors,
        };

    private static Step Report { get; } =
        new("undo.report", "Write down what was taken back", RollbackReportSteps.KeepUndoAsync)
        {
            SettledBy = "undo.report",
        };

    private static Phase ClosePhase =>
        new(
            11,
            "Close the new system",
            Minutes(0),
            Minutes(3),
            [
                new(Close, "Close the new system for its users", DeploySteps.CloseAsync)
                {
                    Owner = Role.Operations,
                    Changes = true,
                    SettledBy = Close,
                    Confirmation = "return to the old system: the new one closes, and what changed there flows back",
                    Transition = new Transition { NewSystem = NewSystem.Held, Notifications = Notifications.Held },
                },
                PauseWebhooks,
                new(RefuseSensors, "Refuse what sensors still send to the new system", DeploySteps.RefuseSensorsAsync)
                {
                    Owner = Role.Operations,
                    Changes = true,
                    SettledBy = RefuseSensors,
                },
            ]
        );

    private static Step PauseWebhooks =>
        Step.NotYet(
            "return.webhooks",
            "Pause the webhooks of The Things Stack",
            "webhooks are not paused by this version; pause them in the console of The Things Stack"
        ) with
        {
            Owner = Role.Operations,
            Transition = new Transition { Webhooks = WebhookRoute.Paused },
        };

    private static Step StopStep =>
        new(Stop, "Stop the new system", DeploySteps.StopAsync)
        {
            Owner = Role.Operations,
            Changes = true,
            SettledBy = Stop,
            Transition = new Transition { NewSystem = NewSystem.Stopped },
        };

    private static Phase DifferencePhase =>
        new(
            12,
            "Bring back what changed",
            Minutes(3),
            Minutes(12),
            [
                // Until it is written, the users' table is released, users are looked for and rows are listed again.
                Back("return.release", "Release the source's users alone", ReturnUserSteps.ReleaseUsersAsync, Apply),
                Back(Users, "Create the users who signed up since", ReturnUserSteps.CreateUsersAsync, Apply) with
                {
                    RestoreAsync = RollbackReportSteps.RestoreAsync,
                },
                Back("return.compare", "Find what changed on the new side", ReturnRowSteps.CompareAsync, Apply),
                Back(Apply, "Write it into the source", ReturnRowSteps.ApplyAsync, Apply) with
                {
                    Confirmation = "write what changed into the source, the deletions listed above included",
                    ConfirmsAgain = true,
                    Transition = new Transition { AppliesDifference = true },
                },
                Back(Repeat, "Compare once more", ReturnRowSteps.RepeatAsync, Repeat),
            ]
        );

    private static Phase OpenPhase =>
        new(
            13,
            "Open the old system",
            Minutes(12),
            Minutes(15),
            [
                Step.NotYet(
                    "return.dns",
                    "Switch the public names back",
                    "DNS is not switched by this version; change the records at the provider"
                ) with
                {
                    Owner = Role.Operations,
                    Transition = new Transition { Traffic = Side.Old },
                },
                StopStep,
                new(Lift, "Let the source take writes again", FreezeSteps.LiftAsync)
                {
                    Owner = Role.Database,
                    Changes = true,
                    SettledBy = Lift,
                    Transition = new Transition { Source = SourceAccess.Open },
                },
                new(OpenOld, "Open the old application for its users", MaintenanceSteps.OffAsync)
                {
                    Owner = Role.Operations,
                    Changes = true,
                    SettledBy = OpenOld,
                    Transition = new Transition { OldMaintenance = Switch.Off },
                },
                Step.NotYet(
                    Resume,
                    "Send the webhooks to the old system again",
                    "webhooks are not resumed by this version; do it in the console of The Things Stack"
                ) with
                {
                    Owner = Role.Operations,
                    Transition = new Transition { Webhooks = WebhookRoute.Old },
                },
                Tell,
            ]
        );

    private static Step Back(string id, string title, StepAction action, string settledBy) =>
        new(id, title, action)
        {
            Owner = Role.Database,
            Changes = true,
            SettledBy = settledBy,
        };

    private static Step TakeBack(Step step)
    {
        var (id, title) = ($"{UndoPrefix}{step.Id}", $"Take back: {step.Title}");
        var back = step.UndoAsync is { } undo
            ? new Step(id, title, undo) { Changes = true, SettledBy = id }
            : Step.NotYet(id, title, $"{step.Absent}; take it back there too");
        return back with { Owner = step.Owner, Transition = step.Transition?.Back() };
    }

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}
