using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;
using FreshTrack.Verification;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>The gate inside a cutover.</summary>
public sealed class DataGateTests
{
    private static readonly DeclarationReport Same = new(Declared, Declared);

    [Fact]
    public void Good_data_passes_without_load_and_without_an_end()
    {
        var gate = Gate.JudgeData(Evidence.Plan, Evidence.Verification, Same, Limits);

        Assert.Equal(Verdict.Pass, gate.Verdict);
        Assert.Equal(
            [
                "counts",
                "contents",
                "orphans",
                "invalid_uuids",
                "broken_hash_chain",
                "future_timestamps",
                "sequences",
                "declarations",
            ],
            gate.Criteria.Select(line => line.Name)
        );
        Assert.Equal(Limits.Hash, gate.Policy);
    }

    [Fact]
    public void Its_lines_are_those_of_the_gate_after_the_run()
    {
        var whole = Gate.Judge(Evidence with { Declarations = Same }, Limits).Criteria.ToDictionary(line => line.Name);

        Assert.All(
            Gate.JudgeData(Evidence.Plan, Evidence.Verification, Same, Limits).Criteria,
            line =>
                Assert.Equal(
                    EvidenceJson.Serialize("gate", new GateResult(line.Verdict, [whole[line.Name]])),
                    EvidenceJson.Serialize("gate", new GateResult(line.Verdict, [line]))
                )
        );
    }

    [Theory]
    [InlineData("counts")]
    [InlineData("contents")]
    [InlineData("orphans")]
    [InlineData("sequences")]
    public void A_check_that_failed_fails_it(string check) =>
        Assert.Equal(
            (Verdict.Fail, 2),
            Judged(With(check, Check(check, "public.units", 50, Verdict.Fail, 1)).Verification, Same)
        );

    [Fact]
    public void Declarations_that_differ_fail_it() =>
        Assert.Equal((Verdict.Fail, 2), Judged(Evidence.Verification, new DeclarationReport(Declared, [Declared[0]])));

    [Fact]
    public void What_was_not_compared_or_not_read_leaves_it_open()
    {
        Assert.Equal((Verdict.Inconclusive, 3), Judged(null, Same));
        Assert.Equal((Verdict.Inconclusive, 3), Judged(Evidence.Verification, null));
    }

    private static (Verdict, int) Judged(VerificationResult? verification, DeclarationReport? declarations)
    {
        var gate = Gate.JudgeData(Evidence.Plan, verification, declarations, Limits);
        return (gate.Verdict, gate.Verdict.ExitCode());
    }
}
