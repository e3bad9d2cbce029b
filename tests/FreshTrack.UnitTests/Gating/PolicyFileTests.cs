using FreshTrack.Cutover.Gating;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Gating;

public sealed class PolicyFileTests
{
    private const string Whole = """
        version: 1
        counts:    { mismatch: fail }
        contents:  { mismatch: fail }
        integrity: { orphans: 0 }
        latency:
          - { scenario: readings_24h, p95_ms: 150, p99_ms: 300.5, error_rate: 0.05, min_requests: 2000 }
        baseline:  { runs: 5, p95_worse: 0.50 }
        cutover:   { rehearsal_max_age: 24:00:00, scale: stress, tolerated_findings: [user-banned] }
        """;

    [Fact]
    public void A_policy_is_read_in_full()
    {
        var policy = PolicyFile.Parse(Whole, "policy.yaml");

        Assert.Equal([new IntegrityLimit("orphans", 0)], policy.Integrity);
        Assert.Equal([new LatencyLimit("readings_24h", 150, 300.5m, 0.05m, 2000)], policy.Latency);
        Assert.Equal(new BaselineLimit(5, 0.50m), policy.Baseline);
        Assert.Equal((TimeSpan.FromDays(1), "stress"), (policy.Cutover.RehearsalMaxAge, policy.Cutover.Scale));
        Assert.Equal(["user-banned"], policy.Cutover.ToleratedFindings!);
    }

    [Fact]
    public void A_policy_that_says_little_of_the_cutover_tolerates_nothing()
    {
        var policy = PolicyFile.Parse(
            Whole.Replace(", scale: stress, tolerated_findings: [user-banned]", ""),
            "policy.yaml"
        );

        Assert.Equal("production", policy.Cutover.Scale);
        Assert.Empty(policy.Cutover.ToleratedStandIns);
        Assert.Empty(policy.Cutover.ToleratedLeftOut);
        Assert.Null(policy.Cutover.ToleratedFindings);
    }

    [Fact]
    public void The_policy_of_the_repository_is_whole_and_names_what_it_tolerates()
    {
        var path = Path.Combine(RepositoryRoot.Find(), "build", "policy.yaml");
        var policy = PolicyFile.Parse(File.ReadAllText(path), path);

        Assert.Equal("production", policy.Cutover.Scale);
        Assert.Equal(
            ["MinIO", "Stack Auth", "Supabase Auth", "the former application"],
            policy.Cutover.ToleratedStandIns
        );
        Assert.NotEmpty(policy.Cutover.ToleratedFindings!);
    }

    [Theory]
    [InlineData("version: 1", "version: 2", "policy.yaml(1,10): version is '2'; expected 1")]
    [InlineData("contents:  { mismatch: fail }", "", "policy.yaml(1,1): the policy has no 'contents'")]
    [InlineData(
        "counts:    { mismatch: fail }",
        "counts:    { mismatch: warn }",
        "policy.yaml(2,24): 'mismatch' is 'warn'; expected fail"
    )]
    [InlineData("orphans: 0", "orphans: -1", "policy.yaml(4,23): 'orphans' is '-1'; expected a whole number from 0 on")]
    [InlineData("orphans: 0", "orphan: 0", "policy.yaml(4,14): unknown key 'orphan' in 'integrity'; expected orphans")]
    [InlineData("p95_ms: 150", "p95_ms: .nan", "policy.yaml(6,39): 'p95_ms' is '.nan'; expected a number above 0")]
    [InlineData("p95_ms: 150", "p95_ms: -150", "policy.yaml(6,39): 'p95_ms' is '-150'; expected a number above 0")]
    [InlineData("p95_ms: 150", "p95_ms: 150ms", "policy.yaml(6,39): 'p95_ms' is '150ms'; expected a number above 0")]
    [InlineData("p95_ms: 150", "p95_ms: 150 ms", "policy.yaml(6,39): 'p95_ms' is '150 ms'; expected a number above 0")]
    [InlineData("p95_ms: 150", "p95_ms: .inf", "policy.yaml(6,39): 'p95_ms' is '.inf'; expected a number above 0")]
    [InlineData("p95_ms: 150", "p95_ms: 1e400", "policy.yaml(6,39): 'p95_ms' is '1e400'; expected a number above 0")]
    [InlineData(
        "p95_ms: 150",
        "p95_s: 0.15",
        "policy.yaml(6,31): unknown key 'p95_s' in item 1 of 'latency'; expected scenario, p95_ms"
    )]
    [InlineData("p95_ms: 150", "p95_ms: 150, p95_ms: 100", "policy.yaml(6,")]
    [InlineData(
        "scenario: readings_24h",
        "scenario: reading_24h",
        "policy.yaml(6,17): unknown scenario 'reading_24h'; expected one of ttn_ingestion, readings_24h"
    )]
    [InlineData(
        "error_rate: 0.05",
        "error_rate: 5%",
        "policy.yaml(6,71): 'error_rate' is '5%'; expected a number above 0, up to 1. Fix the policy and run again."
    )]
    [InlineData(
        "p95_worse: 0.50",
        "p95_worse: -0.50",
        "policy.yaml(7,34): 'p95_worse' is '-0.50'; expected a number above 0"
    )]
    [InlineData("p95_ms: 150, ", "", "policy.yaml(6,5): item 1 of 'latency' has no 'p95_ms'")]
    [InlineData(
        "error_rate: 0.05",
        "error_rate: 5",
        "policy.yaml(6,71): 'error_rate' is '5'; expected a number above 0, up to 1"
    )]
    [InlineData("min_requests: 2000", "min_requests: 0", "'min_requests' is '0'; expected a whole number from 1 on")]
    [InlineData("orphans: 0", "orphans: [0]", "'orphans' is a list; expected a whole number from 0 on")]
    [InlineData("runs: 5", "runs: 0.5", "'runs' is '0.5'; expected a whole number from 1 to 1000")]
    [InlineData("runs: 5", "runs: 1001", "'runs' is '1001'; expected a whole number from 1 to 1000")]
    [InlineData(
        "24:00:00",
        "a day",
        "policy.yaml(8,33): 'rehearsal_max_age' is 'a day'; expected hours:minutes:seconds"
    )]
    [InlineData(
        "user-banned",
        "user-baned",
        "policy.yaml(8,79): unknown finding 'user-baned'; expected a code as preflight.json has it"
    )]
    [InlineData("[user-banned]", "[user-banned, user-banned]", "'user-banned' stands twice in this list")]
    [InlineData("rehearsal_max_age: 24:00:00, ", "", "'cutover' has no 'rehearsal_max_age'")]
    [InlineData("scale: stress", "scales: stress", "unknown key 'scales' in 'cutover'; expected rehearsal_max_age")]
    [InlineData("baseline: ", "latency: [] #", "policy.yaml(")]
    [InlineData("{ orphans: 0 }", "{}", "policy.yaml(4,12): 'integrity' is empty; expected at least one check")]
    [InlineData(
        "latency:\n  - { scenario: readings_24h, p95_ms: 150, p99_ms: 300.5, error_rate: 0.05, min_requests: 2000 }",
        "latency: []",
        "policy.yaml(5,10): 'latency' is empty; expected at least one scenario"
    )]
    [InlineData(
        "{ orphans: 0 }",
        "{ orphans: 0",
        "policy.yaml(4,21): not valid YAML: a bracket or a quote is left open"
    )]
    [InlineData("{ orphans: 0 }", "[orphans]", "policy.yaml(4,12): 'integrity' must be a mapping")]
    public void A_mistake_is_refused_with_its_place(string right, string wrong, string message)
    {
        var refused = Assert.Throws<RefusedException>(() =>
            PolicyFile.Parse(Whole.Replace(right, wrong), "policy.yaml")
        );

        Assert.Contains(message, refused.Message);
    }

    [Fact]
    public void A_scenario_that_stands_twice_is_refused()
    {
        var line = "  - { scenario: readings_24h, p95_ms: 150, p99_ms: 300.5, error_rate: 0.05, min_requests: 2000 }\n";

        var refused = Assert.Throws<RefusedException>(() =>
            PolicyFile.Parse(Whole.Replace("latency:\n", "latency:\n" + line), "policy.yaml")
        );

        Assert.StartsWith("policy.yaml(7,17): scenario 'readings_24h' stands here a second time", refused.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("---\nversion: 1\n---\nversion: 1\n")]
    public void A_file_without_one_policy_is_refused(string text) =>
        Assert.Throws<RefusedException>(() => PolicyFile.Parse(text, "policy.yaml"));
}
