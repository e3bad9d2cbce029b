using FreshTrack.Build.Testing;

namespace FreshTrack.UnitTests.Build;

public sealed class TestCountsTests
{
    [Theory]
    [InlineData(0, 5, 0, 1, 0, "5 passed, 0 failed, 1 skipped")]
    [InlineData(2, 5, 2, 0, 0, "5 passed, 2 failed, 0 skipped")]
    [InlineData(2, 5, 0, 0, 1, "5 passed, 1 failed, 0 skipped")]
    [InlineData(8, 0, 0, 3, 0, "0 passed, 0 failed, 3 skipped")]
    public void Counts_are_those_of_the_report(
        int exitCode,
        int passed,
        int failed,
        int skipped,
        int errors,
        string line
    ) => Assert.Equal(line, TestCounts.Read(Report(passed, failed, skipped, errors), exitCode).ToString());

    [Fact]
    public void Program_that_leaves_no_report_counts_as_a_failure() => Assert.Equal(1, TestCounts.Read(null, 0).Failed);

    [Fact]
    public void Torn_report_counts_as_a_failure() =>
        Assert.Equal(1, TestCounts.Read("<assemblies><assembly passed=", 0).Failed);

    [Fact]
    public void No_test_at_all_counts_as_a_failure() => Assert.Equal(1, TestCounts.Read(Report(0, 0, 0, 0), 8).Failed);

    [Fact]
    public void Crash_after_the_last_test_counts_as_a_failure() =>
        Assert.Equal("5 passed, 1 failed, 0 skipped", TestCounts.Read(Report(5, 0, 0, 0), 139).ToString());

    private static string Report(int passed, int failed, int skipped, int errors) =>
        $"""
            <assemblies>
              <assembly passed="{passed}" failed="{failed}" skipped="{skipped}" errors="{errors}" />
            </assemblies>
            """;
}
