using FreshTrack.Build.Testing;

namespace FreshTrack.UnitTests.Build;

public sealed class FailedTestTests
{
    private const string Report = """
        <assemblies>
          <assembly passed="1" failed="1" skipped="0" errors="1">
            <errors>
              <error type="assembly-cleanup" name="Servers">
                <failure exception-type="TimeoutException"><message>No answer.</message></failure>
              </error>
            </errors>
            <collection>
              <test name="Some.WellTests.Passes" result="Pass" />
              <test name="Some.UnwellTests.Fails(minute: 2)" result="Fail">
                <failure exception-type="Xunit.Sdk.EqualException">
                  <message><![CDATA[Assert.Equal() Failure

        Expected: "ok" < "excursion"
        Actual:   "excursion"
        A fourth line]]></message>
                  <stack-trace>at Some.UnwellTests</stack-trace>
                </failure>
              </test>
            </collection>
          </assembly>
        </assemblies>
        """;

    [Fact]
    public void Output_ends_with_the_failed_tests_the_first_lines_of_their_messages_and_the_counts() =>
        Assert.Equal(
            """
            failed: Servers
                No answer.
            failed: Some.UnwellTests.Fails(minute: 2)
                Assert.Equal() Failure
                Expected: "ok" < "excursion"
                Actual:   "excursion"
            1 passed, 2 failed, 0 skipped
            """,
            FailedTest.Summary(FailedTest.Read(Report), TestCounts.Read(Report, 2))
        );

    [Fact]
    public void Output_without_failures_ends_with_the_counts_alone() =>
        Assert.Equal("5 passed, 0 failed, 0 skipped", FailedTest.Summary([], new TestCounts(5, 0, 0)));

    [Fact]
    public void Many_failures_leave_room_for_the_count_in_the_tail_of_a_log()
    {
        var failed = Enumerable.Range(1, 100).Select(n => new FailedTest($"Test{n}", "")).ToArray();

        var lines = FailedTest.Summary(failed, new TestCounts(0, 100, 0)).Split('\n');

        Assert.Equal(
            ["failed: Test40", "… and 60 more: see the reports in artifacts/tests.", "0 passed, 100 failed, 0 skipped"],
            lines[^3..]
        );
    }

    [Theory]
    [InlineData(null)]
    [InlineData("<assemblies><test name=")]
    public void Missing_or_torn_report_names_no_test(string? report) => Assert.Empty(FailedTest.Read(report));
}
