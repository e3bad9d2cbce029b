using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>Preflight's warnings, by the codes that the policy tolerates: of <see cref="GoodRun.Limits"/>
/// <c>user-banned</c>.</summary>
public sealed class PreflightCriterionTests
{
    public static TheoryData<string, RunEvidence, string, Verdict> Spoilt =>
        new()
        {
            { "a warning that the policy does not name", Found("user-sso", Verdict.Warn), "preflight", Verdict.Warn },
            { "a tolerated code that fails", Found("user-banned", Verdict.Fail), "preflight", Verdict.Fail },
            {
                "a tolerated code that is open",
                Found("user-banned", Verdict.Inconclusive),
                "preflight",
                Verdict.Inconclusive
            },
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
    public void A_tolerated_warning_passes_with_its_step_and_is_named()
    {
        var gate = Gate.Judge(Found("user-banned", Verdict.Warn) with { Timeline = Steps(Verdict.Warn) }, Limits);

        Assert.Equal(Verdict.Pass, gate.Verdict);
        Assert.Equal(
            "preflight: the policy tolerates user-banned.",
            gate.Criteria.Single(line => line.Name == "preflight").Reason
        );
    }

    [Fact]
    public void A_warning_of_another_step_is_tolerated_by_no_code()
    {
        var evidence = Found("user-banned", Verdict.Warn) with { Timeline = Steps(Verdict.Warn, Verdict.Warn) };

        var line = Gate.Judge(evidence, Limits).Criteria.Single(line => line.Name == "runbook");

        Assert.Equal((Verdict.Warn, "runbook: freeze.prove: Said so."), (line.Verdict, line.Reason));
    }

    [Fact]
    public void A_policy_without_such_codes_leaves_the_warning_to_its_step()
    {
        var evidence = Found("user-banned", Verdict.Warn) with { Timeline = Steps(Verdict.Warn) };

        var gate = Gate.Judge(evidence, Limits with { Cutover = new CutoverPolicy() });

        Assert.DoesNotContain(gate.Criteria, line => line.Name == "preflight");
        Assert.Equal(Verdict.Warn, gate.Criteria.Single(line => line.Name == "runbook").Verdict);
    }

    private static RunEvidence Found(string code, Verdict verdict) =>
        Evidence with
        {
            Preflight = new PreflightReport(verdict, [new Finding(code, verdict, "auth.users", "users of a kind", 2)]),
        };
}
