using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.UnitTests.Cutover;

public sealed class EarlierRunTests
{
    private const string Id = "20260115T000000.000Z-cutover";

    public static TheoryData<string, string[], WayBack?, string?> Cases =>
        new()
        {
            { "stopped before its verification", [CutoverRunbook.Import], null, null },
            { "verified and stopped", [CutoverRunbook.Verify], null, "Continue it with Cutover" },
            { "verified and taken back", [CutoverRunbook.Verify], new("r", IsOver: true, Left: null), null },
            {
                "being taken back",
                [CutoverRunbook.Import],
                new("r", IsOver: false, Left: null),
                "Finish it with Rollback"
            },
            { "it serves", [CutoverRunbook.Verify, CutoverRunbook.SwitchWebhooks], null, "Return with Rollback first" },
            { "opened to everybody", [CutoverRunbook.Open], null, "Return with Rollback first" },
            { "names were switched, nothing verified", [CutoverRunbook.SwitchDns], null, "Return with Rollback first" },
            { "returned from", [CutoverRunbook.SwitchWebhooks], new("r", IsOver: true, Left: 0), null },
            { "the return goes on", [CutoverRunbook.SwitchWebhooks], new("r", IsOver: false, Left: 0), "not over" },
            { "the return left rows", [CutoverRunbook.SwitchWebhooks], new("r", IsOver: true, Left: 3), "left 3 rows" },
            {
                "nothing was compared",
                [CutoverRunbook.SwitchDns],
                new("r", IsOver: true, Left: null),
                "never compared"
            },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_a_run_left_may_go_once_nothing_of_it_would_be_lost(
        string run,
        string[] steps,
        WayBack? back,
        string? obstacle
    )
    {
        var found = new EarlierRun(new FollowedRun(Id, "", [.. Journal(steps)]), back).Obstacle;

        Assert.True(obstacle is null == found is null, $"{run}: {found}");
        Assert.Contains(obstacle ?? "", found ?? "");
        Assert.Contains(found is null ? "" : Id, found ?? "");
    }

    private static IEnumerable<JournalEntry> Journal(string[] steps) =>
        steps.SelectMany(step =>
            new[]
            {
                new JournalEntry(1, "", default, JournalEvent.StepStarted, step),
                new JournalEntry(2, "", default, JournalEvent.StepEnded, step, "Pass"),
            }
        );
}
