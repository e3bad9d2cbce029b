using System.Text.Json;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.UnitTests.Verification;

public sealed class VerificationJsonTests
{
    private static readonly VerificationResult Result = new(
        new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero),
        [
            new CheckResult(
                CheckNames.Contents,
                "public.units",
                Verdict.Fail,
                7,
                1,
                "one changed",
                new Differences(
                    0,
                    0,
                    1,
                    [new ColumnDifferences("name", 1)],
                    [
                        new RowDifference(
                            DifferenceKind.Changed,
                            "public.units",
                            [new KeyValue("id", "1")],
                            [new CellDifference("name", null, "")]
                        ),
                    ]
                ),
                0.5
            ),
            new CheckResult(CheckNames.Counts, "public.units", Verdict.Pass, 7, 0, "equal", null, 0.1),
        ]
    );

    [Fact]
    public void What_was_written_is_read_again()
    {
        var json = VerificationJson.Write(Result);
        Assert.Equal(json, VerificationJson.Write(VerificationJson.Read(json)));
        Assert.Contains("\"verdict\": \"Fail\"", json);
        Assert.Contains("\"source\": null", json);
    }

    [Theory]
    [InlineData("\"verdict\": \"Pass\",")]
    [InlineData("\"rows\": 7,")]
    public void A_result_that_lacks_its_verdict_or_rows_is_not_read(string cut) =>
        Assert.Throws<JsonException>(() => VerificationJson.Read(VerificationJson.Write(Result).Replace(cut, "")));

    [Fact]
    public void The_worst_check_is_the_verdict_and_no_check_is_no_pass()
    {
        Assert.Equal(Verdict.Fail, Result.Verdict);
        Assert.Equal(Verdict.Inconclusive, (Result with { Checks = [] }).Verdict);
        Assert.Equal(
            Verdict.Inconclusive,
            (
                Result with
                {
                    Checks = [Result.Checks[1], Result.Checks[1] with { Verdict = Verdict.Inconclusive }],
                }
            ).Verdict
        );
    }
}
