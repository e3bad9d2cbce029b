using System.Xml.Linq;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Reporting;

public sealed class JUnitReportTests
{
    [Fact]
    public void Every_criterion_is_a_case_that_fails_errs_or_passes_as_its_verdict_says()
    {
        var suite = XDocument
            .Parse(
                Write(
                    new Criterion("counts", "all", "all", Verdict.Pass, "counts: all."),
                    new Criterion(
                        "images",
                        "no stand-ins",
                        "radosgw",
                        Verdict.Warn,
                        "Not the images of production: radosgw."
                    ),
                    new Criterion(
                        "readings_24h p95",
                        "< 150 ms",
                        "412 ms",
                        Verdict.Fail,
                        "readings_24h p95 412 ms, limit < 150 ms."
                    ),
                    new Criterion("times", "all", "nothing", Verdict.Inconclusive, "times: nothing.")
                )
            )
            .Root!.Element("testsuite")!;

        Assert.Equal(
            ("4", "1", "1"),
            (
                (string?)suite.Attribute("tests"),
                (string?)suite.Attribute("failures"),
                (string?)suite.Attribute("errors")
            )
        );
        Assert.Equal(
            [
                "counts: ",
                "images: system-out ",
                "readings_24h p95: failure readings_24h p95 412 ms, limit < 150 ms.",
                "times: error times: nothing.",
            ],
            suite
                .Elements("testcase")
                .Select(item =>
                {
                    var results = item.Elements()
                        .Select(inner => $"{inner.Name} {(string?)inner.Attribute("message")}");
                    return $"{(string?)item.Attribute("name")}: {string.Concat(results)}";
                })
        );
    }

    [Fact]
    public void What_XML_cannot_hold_does_not_break_the_file() =>
        Assert.Contains(
            "a\uFFFDb<c>",
            XDocument
                .Parse(Write(new Criterion("counts", "all", "none", Verdict.Fail, "a\u0001b<c>")))
                .Descendants("failure")
                .Single()
                .Attribute("message")!
                .Value
        );

    private static string Write(params Criterion[] criteria) =>
        JUnitReport.Write(SampleRun.Report with { Gate = new GateResult(Verdict.Fail, criteria) });
}
