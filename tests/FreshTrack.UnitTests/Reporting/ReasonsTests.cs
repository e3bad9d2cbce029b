using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;

namespace FreshTrack.UnitTests.Reporting;

public sealed class ReasonsTests
{
    [Fact]
    public void Lines_that_are_open_for_one_reason_are_told_once()
    {
        var reasons = Reasons(load =>
            load with
            {
                Scenarios =
                [
                    .. load.Scenarios.Select(scenario => scenario with { Unreliable = "the machine was busy" }),
                ],
            }
        );

        Assert.Equal(
            "ttn_ingestion requests, p95, p99, error rate; "
                + "readings_24h requests, p95, p99, error rate are not known: the machine was busy.",
            Assert.Single(reasons, reason => reason.Name.Contains("p95,")).Reason
        );
    }

    [Fact]
    public void Lines_that_are_open_for_different_reasons_stay_apart()
    {
        var reasons = Reasons(load =>
            load with
            {
                Scenarios =
                [
                    load.Scenarios[0] with
                    {
                        Unreliable = "it was busy",
                    },
                    load.Scenarios[1] with
                    {
                        Unreliable = "it was late",
                    },
                ],
            }
        );

        Assert.Equal(
            ["ttn_ingestion requests, p95, p99, error rate", "readings_24h requests, p95, p99, error rate"],
            reasons.Select(reason => reason.Name).Where(name => name.Contains("p95,"))
        );
    }

    private static IReadOnlyList<Criterion> Reasons(Func<LoadResult, LoadResult> change)
    {
        var load = change(SampleRun.Passed.Evidence.Load!);
        return (SampleRun.Passed with { Gate = Gate.JudgeLoad(load, SampleRun.Passed.Policy.Latency) }).Reasons;
    }
}
