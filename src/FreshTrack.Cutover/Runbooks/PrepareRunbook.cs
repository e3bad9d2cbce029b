using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Steps;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>T-48h: people, servers and workflows that the night needs are there.</summary>
public static class PrepareRunbook
{
    public const string Server = "prepare.server";
    public const string Data = "prepare.data";
    public const string Name = "prepare";

    public static Runbook Whole { get; } =
        new(
            Name,
            [
                new(
                    1,
                    "Prepare",
                    TimeSpan.FromHours(-48),
                    TimeSpan.FromHours(-47),
                    [
                        new("prepare.people", "Confirm who does what, and who is called", ReachSteps.PeopleAsync)
                        {
                            Confirmation = "begin: everybody in contacts was called and answered",
                        },
                        new("prepare.servers", "Reach every server with its secret", ReachSteps.ServersAsync)
                        {
                            Owner = Role.Operations,
                        },
                        new(
                            "prepare.workflows",
                            "See that the critical workflows were tried",
                            ReachSteps.WorkflowsAsync
                        )
                        {
                            Owner = Role.Operations,
                        },
                        CanaryRunbook.Create,
                        Step.NotYet(
                            "prepare.backups",
                            "Prove that the new system's backups can be restored",
                            "backups come with the production stack; restore one by hand"
                        ) with
                        {
                            Owner = Role.Operations,
                        },
                        new(Server, "Check the production server", ServerSteps.CheckAsync)
                        {
                            Owner = Role.Operations,
                            Skippable = true,
                        },
                        new(Data, "Start the data services, and make the roles", DataServiceSteps.StartAsync)
                        {
                            Owner = Role.Operations,
                            Changes = true,
                        },
                        Step.NotYet(
                            "prepare.dns",
                            "Lower the lifetime of the DNS records to 300 s",
                            "DNS is not changed by this version; lower the TTL at the provider"
                        ) with
                        {
                            Owner = Role.Operations,
                        },
                        Step.NotYet(
                            "prepare.notice",
                            "Announce the cutover to the users",
                            "notices are not sent by this version; send the announcement by hand"
                        ) with
                        {
                            Owner = Role.Communications,
                            Irreversible = true,
                        },
                    ]
                ),
            ]
        );
}
