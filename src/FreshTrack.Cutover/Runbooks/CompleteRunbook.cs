using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Steps;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>T+7d: the cutover is over, and nothing leads back any more.</summary>
public static class CompleteRunbook
{
    public const string Name = "complete";

    public const string Freeze = "complete.freeze";

    /// <summary>Counted from the end of the cutover.</summary>
    public static TimeSpan Week { get; } = TimeSpan.FromDays(7);

    public static Runbook Whole { get; } =
        new(
            Name,
            [
                new(
                    1,
                    "Complete",
                    TimeSpan.FromDays(7),
                    TimeSpan.FromDays(7) + TimeSpan.FromHours(1),
                    [
                        Step.NotYet(
                            "complete.criteria",
                            "Show how the week went",
                            "the week is not watched by this version; look at errors, latency and backups by hand"
                        ) with
                        {
                            Confirmation = "complete the cutover: nothing leads back to the old system afterwards",
                        },
                        new("complete.archive", "Archive what was exported, and the evidence", ArchiveSteps.KeepAsync)
                        {
                            Owner = Role.Database,
                            Changes = true,
                        },
                        Step.NotYet(
                            "complete.dns",
                            "Raise the lifetime of the DNS records to a day",
                            "DNS is not changed by this version; raise the TTL at the provider"
                        ) with
                        {
                            Owner = Role.Operations,
                        },
                        new(Freeze, "Remove the freeze from the source", FreezeSteps.LiftAsync)
                        {
                            Owner = Role.Database,
                            Changes = true,
                            Irreversible = true,
                        },
                        CanaryRunbook.Remove,
                        new(
                            "complete.users",
                            "Remove the user map when its time is over",
                            CompleteSteps.PurgeUsersAsync
                        )
                        {
                            Owner = Role.Database,
                            Changes = true,
                            Irreversible = true,
                        },
                        new("complete.retrospective", "Write the retrospective", CompleteSteps.RetrospectiveAsync),
                        SignOff("engineering"),
                        SignOff("product"),
                        SignOff("operations"),
                    ]
                ),
            ]
        );

    private static Step SignOff(string team) =>
        new($"complete.signoff.{team}", $"Sign off: {team}", CompleteSteps.SignOffAsync)
        {
            Owner = Role.Approvers,
            Confirmation = $"sign off for {team}",
        };
}
