using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.UnitTests.Cutover;

/// <summary>The one line that a step, a journal and an exit say about a verification.</summary>
public sealed class VerifyOutcomeTests
{
    [Fact]
    public void What_passed_says_how_much_was_compared() =>
        Assert.Equal(
            (Verdict.Pass, "2 checks passed, 1,200 rows compared"),
            Outcome(
                Check(CheckNames.Contents, Verdict.Pass, rows: 1200),
                Check(CheckNames.Counts, Verdict.Pass, rows: 1200)
            )
        );

    [Fact]
    public void A_failure_is_named_before_open_questions_and_both_are_counted() =>
        Assert.Equal(
            (Verdict.Fail, "1 Fail, 2 Inconclusive of 3 checks; first: counts: public.units: 3 rows against 2."),
            Outcome(
                Check(CheckNames.Contents, Verdict.Inconclusive, "The target failed."),
                Check(CheckNames.Orphans, Verdict.Inconclusive, "Read no rows."),
                Check(CheckNames.Counts, Verdict.Fail, "public.units: 3 rows against 2.")
            )
        );

    [Fact]
    public void An_open_question_names_its_subject_also_when_its_reason_does_not() =>
        Assert.Equal(
            (Verdict.Inconclusive, "1 Inconclusive of 1 checks; first: contents: public.units: The target failed."),
            Outcome(Check(CheckNames.Contents, Verdict.Inconclusive, "The target failed."))
        );

    [Fact]
    public void No_check_at_all_is_said_to_be_none() =>
        Assert.Equal((Verdict.Inconclusive, "no check was run"), Outcome());

    private static (Verdict Verdict, string Summary) Outcome(params CheckResult[] checks)
    {
        var outcome = VerifySteps.Outcome(
            new VerificationResult(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero), checks)
        );
        return (outcome.Verdict, outcome.Summary);
    }

    private static CheckResult Check(string check, Verdict verdict, string reason = "", long rows = 0) =>
        new(check, "public.units", verdict, rows, 0, reason, null, 0);
}
