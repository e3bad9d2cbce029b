using FreshTrack.Build;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Build;

public sealed class ExitCodeTests
{
    public static readonly TheoryData<Exception, int> Codes = new()
    {
        { new RefusedException("Invalid scale 'huge'."), 4 },
        { new InvalidOperationException("It broke."), 1 },
        { new OperationCanceledException("A request timed out."), 1 },
        { new TargetFailedException(2, "Tests failed."), 2 },
        { new TargetFailedException(3, "Inconclusive."), 3 },
        { new CakeReportException(new CakeReport(), "Wrapped.", new RefusedException("No Docker.")), 4 },
        { new AggregateException(new RefusedException("No Docker.")), 4 },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void Exit_code_tells_what_happened(Exception exception, int code) =>
        Assert.Equal(code, ExitCodes.Of(exception, cancelled: false).Code);

    [Theory]
    [InlineData(Verdict.Pass, ExitCodes.Passed)]
    [InlineData(Verdict.Warn, ExitCodes.Passed)]
    [InlineData(Verdict.Fail, ExitCodes.Failed)]
    [InlineData(Verdict.Inconclusive, ExitCodes.Inconclusive)]
    [InlineData((Verdict)7, ExitCodes.Inconclusive)]
    public void Verdict_has_its_exit_code(Verdict verdict, int code) => Assert.Equal(code, verdict.ExitCode());

    [Fact]
    public void Whatever_breaks_after_cancelling_is_a_cancelled_run() =>
        Assert.Equal((130, "Cancelled."), ExitCodes.Of(new IOException("Broken pipe"), cancelled: true));

    [Fact]
    public void Message_of_many_lines_is_told_in_one() =>
        Assert.Equal(
            "No Docker. Start it.",
            ExitCodes.Of(new RefusedException("No Docker.\n  Start it.\n"), cancelled: false).Line
        );
}
