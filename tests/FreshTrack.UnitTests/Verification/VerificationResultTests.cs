using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.UnitTests.Verification;

public sealed class VerificationResultTests
{
    [Theory]
    [InlineData(Verdict.Fail, Verdict.Pass, Verdict.Fail)]
    [InlineData(Verdict.Inconclusive, Verdict.Pass, Verdict.Inconclusive)]
    public void The_worst_check_is_the_verdict(Verdict expected, params Verdict[] checks) =>
        Assert.Equal(expected, Of(checks).Verdict);

    [Fact]
    public void No_check_is_no_pass() => Assert.Equal(Verdict.Inconclusive, Of().Verdict);

    private static VerificationResult Of(params Verdict[] checks) =>
        new(
            new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero),
            [
                .. checks.Select(verdict => new CheckResult(
                    CheckNames.Counts,
                    "public.units",
                    verdict,
                    7,
                    0,
                    "",
                    null,
                    0.1
                )),
            ]
        );
}
