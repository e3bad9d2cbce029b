using System.Reflection;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;
using FreshTrack.Verification;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>A criterion that no evidence has made fail, and none left open, does not count as a criterion.</summary>
public sealed class EveryCriterionTests
{
    private const string Scenario = "readings_24h";

    /// <summary>What cannot fail, and why: it can only lack proof, or warn.</summary>
    private static readonly Dictionary<string, string> NeverFails = new()
    {
        [$"{Scenario} requests"] = "too few requests prove nothing, neither good nor bad",
        ["times"] = "evidence of another day proves nothing about this run",
        ["images"] = "a stand-in is a warning",
        ["left out"] = "a part that is not there is a warning",
        ["injected"] = "what was broken on purpose says nothing about the cutover",
    };

    /// <summary>What cannot be left open: no evidence is read without it.</summary>
    private static readonly Dictionary<string, string> NeverOpen = new()
    {
        ["images"] = "a folder whose run.json is missing or does not list them is refused",
        ["left out"] = "without a runbook the line runbook is open",
    };

    /// <summary>A policy that asks for everything a policy can ask for.</summary>
    private static readonly Policy Everything = Limits with
    {
        Integrity = [.. PolicyFile.IntegrityChecks.Select(check => new IntegrityLimit(check, 0))],
        Latency = [.. Limits.Latency.Where(limit => limit.Scenario == Scenario)],
    };

    private static IEnumerable<TheoryDataRow<string, RunEvidence, string, Verdict>> Spoilt =>
        [
            .. TableCriteriaTests.Spoilt,
            .. IntegrityCriteriaTests.Spoilt,
            .. LatencyCriteriaTests.Spoilt,
            .. BaselineCriteriaTests.Spoilt,
            .. RunbookCriterionTests.Spoilt,
            .. TimesCriterionTests.Spoilt,
            .. DeclarationCriterionTests.Spoilt,
            .. PreflightCriterionTests.Spoilt,
            .. CanaryCriterionTests.Spoilt,
            .. RollbackCriterionTests.Spoilt,
            .. LeftOutCriterionTests.Spoilt,
            .. GateTests.Spoilt,
        ];

    public static TheoryData<string> Checks => [.. PolicyFile.IntegrityChecks, "a_check_that_no_policy_names"];

    [Theory]
    [MemberData(nameof(Checks))]
    public void An_integrity_check_can_fail_be_open_and_see_nothing(string check)
    {
        Assert.Equal(Verdict.Fail, VerdictOf(check, Check(check, "public.units", 50, Verdict.Fail, 1)));
        Assert.Equal(Verdict.Inconclusive, VerdictOf(check, Check(check, "public.units", 50, Verdict.Inconclusive)));
        Assert.Equal(Verdict.Inconclusive, VerdictOf(check, Check(check, "public.units", 0)));
    }

    [Fact]
    public void An_integrity_check_that_the_policy_names_must_have_run() =>
        Assert.All(PolicyFile.IntegrityChecks, check => Assert.Equal(Verdict.Inconclusive, VerdictOf(check)));

    [Fact]
    public void Every_line_has_been_made_to_fail_and_left_open()
    {
        var spoilt = Spoilt.Select(row => row.Data).ToLookup(row => row.Item3, row => row.Item4);
        var load = Evidence.Load! with { Scenarios = [Result(Scenario)] };
        var lines = Gate.Judge(Whole with { Load = load }, Everything)
            .Criteria.Select(line => line.Name)
            .Except(PolicyFile.IntegrityChecks)
            .Except(["sequences"])
            .ToHashSet();

        Assert.Superset(new HashSet<string> { "declarations", "preflight", "canary", "rollback", "left out" }, lines);
        Assert.All(
            lines,
            line =>
                Assert.True(
                    (spoilt[line].Contains(Verdict.Fail) || NeverFails.ContainsKey(line))
                        && (spoilt[line].Contains(Verdict.Inconclusive) || NeverOpen.ContainsKey(line)),
                    $"Spoilt needs evidence that makes '{line}' Fail and "
                        + $"evidence that leaves it Inconclusive; it has: {string.Join(", ", spoilt[line])}."
                )
        );
    }

    [Fact]
    public void A_policy_can_limit_every_check_of_the_verifier() =>
        Assert.Equal(
            typeof(CheckNames)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => (string)field.GetRawConstantValue()!)
                .Except([CheckNames.Counts, CheckNames.Contents, CheckNames.Plan])
                .Order(),
            PolicyFile.IntegrityChecks.Order()
        );

    private static Verdict VerdictOf(string check, params CheckResult[] results) =>
        Gate.Judge(With(check, results), Everything).Criteria.Single(line => line.Name == check).Verdict;
}
