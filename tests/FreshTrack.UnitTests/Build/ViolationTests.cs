using FreshTrack.Build.Analysis;

namespace FreshTrack.UnitTests.Build;

public sealed class ViolationTests
{
    private const string Sarif = """
        {"version": "2.1.0", "runs": [{"results": [
          {"ruleId": "RS0030", "level": "error", "message": {"text": "Banned."}, "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": "file:///repository/src/Plan/A.cs"}, "region": {"startLine": 7}}}]},
          {"ruleId": "CA1031", "level": "error", "message": {"text": "Suppressed."},
              "suppressions": [{"kind": "inSource"}]},
          {"ruleId": "CS8019", "level": "note", "message": {"text": "A note."}},
          {"ruleId": "CS5001", "level": "error", "message": {"text": "No entry point."}}
        ]}]}
        """;

    [Fact]
    public void Errors_are_shown_with_their_place() =>
        Assert.Equal(
            ["src/Plan/A.cs(7): RS0030: Banned.", "CS5001: No entry point."],
            Violation.Read(Sarif, "/repository").Select(violation => violation.ToString())
        );
}
