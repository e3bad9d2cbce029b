using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>Steps that a runbook plans as absent; <see cref="GoodRun.Limits"/> tolerates <c>traffic.dns</c>.</summary>
public sealed class LeftOutCriterionTests
{
    public static TheoryData<string, RunEvidence, string, Verdict> Spoilt =>
        new()
        {
            { "an absent step that the policy does not name", Absent("traffic.webhooks"), "left out", Verdict.Warn },
        };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void Evidence_that_is_spoilt_does_not_pass(
        string what,
        RunEvidence evidence,
        string criterion,
        Verdict expected
    ) => Expect(what, evidence, criterion, expected);

    [Fact]
    public void A_tolerated_absence_passes_and_is_named()
    {
        var gate = Gate.Judge(Whole, Limits);

        Assert.All(gate.Criteria, line => Assert.True(line.Verdict == Verdict.Pass, line.Reason));
        Assert.Equal(
            "left out: the policy tolerates traffic.dns.",
            gate.Criteria.Single(line => line.Name == "left out").Reason
        );
    }

    [Fact]
    public void An_absent_step_may_be_recorded_with_its_phase_or_not()
    {
        var dns = Whole.PlannedSteps.Single(step => step.Id == "traffic.dns");
        var phases = Whole.Timeline!.Phases.ToList();
        phases.Insert(
            2,
            new(5, "Traffic", 30, 40, 14, 14, [new(dns.Id, dns.Title, 14, 14, Verdict.Warn, "it comes later")])
        );

        var gate = Gate.Judge(Whole with { Timeline = Whole.Timeline with { Phases = phases } }, Limits);

        Assert.Equal(Verdict.Pass, gate.Verdict);
    }

    [Fact]
    public void An_absent_step_beside_others_of_its_phase_need_not_be_recorded()
    {
        var dns = Whole.PlannedSteps.Single(step => step.Id == "traffic.dns");
        var phases = Whole
            .Runbook!.Phases.Where(phase => phase.Number != 5)
            .Select(phase => phase.Number == 6 ? phase with { Steps = [dns, .. phase.Steps] } : phase);

        var gate = Gate.Judge(Whole with { Runbook = Whole.Runbook with { Phases = [.. phases] } }, Limits);

        Assert.Equal(Verdict.Pass, gate.Verdict);
    }

    private static RunEvidence Absent(string id) =>
        Whole with
        {
            Runbook = Whole.Runbook! with
            {
                Phases =
                [
                    .. Whole.Runbook.Phases.Select(phase =>
                        phase.Number == 5
                            ? phase with
                            {
                                Steps = [new(id, "Repoint the webhooks") { Absent = "it comes later" }],
                            }
                            : phase
                    ),
                ],
            },
        };
}
