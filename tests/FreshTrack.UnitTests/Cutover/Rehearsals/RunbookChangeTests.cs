using FreshTrack.Cutover.Rehearsals;
using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.UnitTests.Cutover;

public sealed class RunbookChangeTests
{
    private static readonly PlannedStep Absent = new("c", "C") { Absent = "it comes later" };

    [Fact]
    public void Windows_and_phases_that_only_the_rehearsal_has_do_not_matter()
    {
        var rehearsed = Of(new PlannedStep("a", "A"), new PlannedStep("b", "B"));
        var longer = rehearsed with
        {
            Phases =
            [
                rehearsed.Phases[0] with
                {
                    PlannedEnd = 99,
                },
                new PlannedPhase(7, "Load", 15, 30, [new PlannedStep("load.run", "Load")]),
            ],
        };

        Assert.Empty(RunbookChange.Between(longer, rehearsed));
    }

    [Theory]
    [InlineData("a", "b was rehearsed and is not planned")]
    [InlineData("a,b,d", "d was not rehearsed")]
    [InlineData("b,a", "b was rehearsed after a")]
    [InlineData("a,d", "d was not rehearsed; b was rehearsed and is not planned")]
    public void Another_step_or_order_is_named(string now, string expected) =>
        Assert.Equal(expected, string.Join("; ", RunbookChange.Between(Named("a,b"), Named(now))));

    [Fact]
    public void A_phase_that_was_not_rehearsed_is_named_by_its_steps()
    {
        var now = Named("a,b");
        var more = now with
        {
            Phases = [.. now.Phases, new PlannedPhase(5, "Traffic", 15, 30, [new PlannedStep("traffic.dns", "DNS")])],
        };

        Assert.Equal(["traffic.dns was not rehearsed"], RunbookChange.Between(now, more));
    }

    [Fact]
    public void A_step_that_is_absent_on_one_side_alone_is_named()
    {
        Assert.Equal(
            ["c was absent in the rehearsal: it comes later"],
            RunbookChange.Between(Of(Absent), Of(Absent with { Absent = null }))
        );
        Assert.Equal(
            ["c was rehearsed and is absent now: it comes later"],
            RunbookChange.Between(Of(Absent with { Absent = null }), Of(Absent))
        );
        Assert.Empty(RunbookChange.Between(Of(Absent), Of(Absent)));
    }

    private static PlannedRunbook Named(string ids) => Of([.. ids.Split(',').Select(id => new PlannedStep(id, id))]);

    private static PlannedRunbook Of(params PlannedStep[] steps) =>
        new("cutover", [new PlannedPhase(1, "Freeze", 0, 15, steps)]);
}
