using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;
using FreshTrack.Verification.Declarations;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>What the target declares is what it declared before the import.</summary>
public sealed class DeclarationCriterionTests
{
    public static TheoryData<string, RunEvidence, string, Verdict> Spoilt =>
        new()
        {
            { "an index is missing", After(Declared[0]), "declarations", Verdict.Fail },
            {
                "an index is new",
                After([.. Declared, Declared[1] with { Name = "units_name_idx" }]),
                "declarations",
                Verdict.Fail
            },
            {
                "an index is on another column",
                After(Declared[0], Declared[1] with { Definition = "USING btree (name)" }),
                "declarations",
                Verdict.Fail
            },
            { "an index is invalid", Flawed("invalid"), "declarations", Verdict.Fail },
            { "a constraint is not validated", Flawed("not validated"), "declarations", Verdict.Fail },
            {
                "what was deferred before is deferred still",
                Flawed("deferred") with
                {
                    Declarations = new DeclarationReport(
                        Flawed("deferred").Declarations!.After!,
                        Flawed("deferred").Declarations!.After
                    ),
                },
                "declarations",
                Verdict.Fail
            },
            {
                "nothing was declared before",
                With(new DeclarationReport([], Declared)),
                "declarations",
                Verdict.Inconclusive
            },
            {
                "nothing was read after",
                With(new DeclarationReport(Declared, null)),
                "declarations",
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
    public void A_failed_line_names_what_differs() =>
        Assert.Equal("declarations: index public.units.units_pkey is missing.", Line(After(Declared[0])).Reason);

    [Theory]
    [InlineData(DeclarationSteps.Before)]
    [InlineData(DeclarationSteps.After)]
    public void A_runbook_that_plans_to_read_them_leaves_the_line_open_without_the_file(string step)
    {
        var runbook = Planning with
        {
            Phases = [.. Planning.Phases, new PlannedPhase(3, "Read", 30, 45, [new PlannedStep(step, "Read")])],
        };

        Assert.Equal(Verdict.Inconclusive, Line(Evidence with { Runbook = runbook }).Verdict);
    }

    [Fact]
    public void A_run_that_neither_planned_nor_read_them_has_no_such_line() =>
        Assert.DoesNotContain(Gate.Judge(Evidence, Limits).Criteria, line => line.Name == "declarations");

    private static Criterion Line(RunEvidence evidence) =>
        Gate.Judge(evidence, Limits).Criteria.Single(line => line.Name == "declarations");

    private static RunEvidence After(params IReadOnlyList<Declaration> after) =>
        With(new DeclarationReport(Declared, after));

    private static RunEvidence Flawed(string flaw) => After(Declared[0] with { Flaws = [flaw] }, Declared[1]);

    private static RunEvidence With(DeclarationReport report) => Evidence with { Declarations = report };
}
