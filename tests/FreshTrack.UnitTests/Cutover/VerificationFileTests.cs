using System.Text.Json;
using System.Text.Json.Nodes;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.UnitTests.Cutover;

/// <summary><c>verification.json</c> as the evidence holds it.</summary>
public sealed class VerificationFileTests
{
    private static readonly VerificationResult Result = new(
        new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero),
        [
            new CheckResult(
                CheckNames.Contents,
                "public.units",
                Verdict.Fail,
                7,
                2,
                "differs",
                new Differences(
                    1,
                    0,
                    1,
                    [new ColumnDifferences("name", 1)],
                    [
                        new RowDifference(
                            DifferenceKind.Missing,
                            "public.units",
                            [new KeyValue("id", "1"), new KeyValue("part", null)],
                            []
                        ),
                        new RowDifference(
                            DifferenceKind.Changed,
                            "public.units",
                            [new KeyValue("id", "2")],
                            [new CellDifference("name", null, "")]
                        ),
                    ]
                ),
                0.5
            ),
            new CheckResult(CheckNames.Counts, "public.units", Verdict.Inconclusive, 0, 0, "Not run.", null, 0),
        ]
    );

    private static string Text => EvidenceJson.Serialize("verification", Result);

    [Fact]
    public void It_names_its_schema_and_keeps_to_it()
    {
        var file = JsonNode.Parse(Text)!;
        Assert.Equal("verification.schema.json", (string?)file["$schema"]);
        Assert.Empty(JsonSchema.Violations(JsonSchema.Committed("verification"), file));
    }

    [Theory]
    [InlineData("\"verdict\": \"Fail\",", "\"verdict\": \"Fine\",")]
    [InlineData("\"rows\": 7,", "")]
    [InlineData("\"violations\": 2,", "\"violations\": \"2\",")]
    public void The_schema_refuses_what_is_no_verification(string text, string instead) =>
        Assert.NotEmpty(
            JsonSchema.Violations(JsonSchema.Committed("verification"), JsonNode.Parse(Text.Replace(text, instead)))
        );

    [Fact]
    public void What_was_written_is_read_again() =>
        Assert.Equal(Text, EvidenceJson.Serialize("verification", EvidenceJson.Deserialize<VerificationResult>(Text)));

    [Theory]
    [InlineData("\"verdict\": \"Fail\",")]
    [InlineData("\"rows\": 7,")]
    public void A_result_that_lacks_its_verdict_or_rows_is_not_read(string cut) =>
        Assert.Throws<JsonException>(() => EvidenceJson.Deserialize<VerificationResult>(Text.Replace(cut, "")));
}
