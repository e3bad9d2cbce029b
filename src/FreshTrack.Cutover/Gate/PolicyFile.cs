using System.Security.Cryptography;
using System.Text;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>Reads the policy file.</summary>
public static class PolicyFile
{
    private const decimal AnyLimit = 1_000_000;

    internal static IReadOnlyList<string> IntegrityChecks { get; } =
    [
        "orphans",
        "invalid_uuids",
        "broken_hash_chain",
        "future_timestamps",
        "timestamps",
        "large_values",
        "encrypted_columns",
        "unique_keys",
        "not_null",
        "check_constraints",
        "user_map",
        "partitions",
        "sequences",
    ];

    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="RefusedException">The text is not a whole policy; the message names file, line and
    /// column.</exception>
    public static Policy Parse(string text, string name)
    {
        var file = YamlNode
            .Read(text, name, "the policy")
            .Mapping("version", "counts", "contents", "integrity", "latency", "baseline", "cutover");
        if (file.Required("version").Text() != "1")
        {
            throw file.Required("version").Refuse($"version is '{file.Required("version").Text()}'; expected 1");
        }

        RequireFail(file.Required("counts"));
        RequireFail(file.Required("contents"));
        return new Policy(Integrity(file.Required("integrity")), Latency(file.Required("latency")))
        {
            Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            Baseline = file.Optional("baseline") is { } baseline
                ? Baseline(baseline.Mapping("runs", "p95_worse"))
                : null,
            Cutover = file.Optional("cutover") is { } cutover ? Cutover(cutover) : new CutoverPolicy(),
        };
    }

    private static void RequireFail(YamlNode section)
    {
        var mismatch = section.Mapping("mismatch").Required("mismatch");
        if (mismatch.Text() != "fail")
        {
            throw mismatch.Refuse(
                $"'mismatch' is '{mismatch.Text()}'; expected fail: a move that lost rows cannot pass"
            );
        }
    }

    private static List<IntegrityLimit> Integrity(YamlNode section) =>
        section
            .Mapping(IntegrityChecks)
            .Pairs()
            .Select(limit => new IntegrityLimit(limit.Key, limit.Value.Whole(from: 0)))
            .ToList()
            is { Count: > 0 } limits
            ? limits
            : throw section.Refuse(
                "'integrity' is empty; expected at least one check: what is not asked for is not missed"
            );

    private static List<LatencyLimit> Latency(YamlNode section)
    {
        var limits = new List<LatencyLimit>();
        foreach (var item in section.Items())
        {
            item.Mapping("scenario", "p95_ms", "p99_ms", "error_rate", "min_requests");
            var scenario = item.Required("scenario").Text();
            if (!ScenarioNames.All.Contains(scenario))
            {
                throw item.Required("scenario")
                    .Refuse($"unknown scenario '{scenario}'; expected one of {string.Join(", ", ScenarioNames.All)}");
            }

            if (limits.Exists(limit => limit.Scenario == scenario))
            {
                throw item.Required("scenario")
                    .Refuse($"scenario '{scenario}' stands here a second time; give its limits once");
            }

            limits.Add(
                new LatencyLimit(
                    scenario,
                    item.Required("p95_ms").Number(0, AnyLimit),
                    item.Required("p99_ms").Number(0, AnyLimit),
                    item.Required("error_rate").Number(0, 1),
                    item.Required("min_requests").Whole(from: 1)
                )
            );
        }

        return limits.Count > 0
            ? limits
            : throw section.Refuse(
                "'latency' is empty; expected at least one scenario: a load without limits proves nothing"
            );
    }

    private static BaselineLimit Baseline(YamlNode section) =>
        new(
            (int)section.Required("runs").Whole(from: 1, upTo: 1000),
            section.Required("p95_worse").Number(0, AnyLimit)
        );

    private static CutoverPolicy Cutover(YamlNode section)
    {
        section.Mapping(
            "rehearsal_max_age",
            "scale",
            "tolerated_stand_ins",
            "tolerated_left_out",
            "tolerated_findings"
        );
        return new CutoverPolicy
        {
            RehearsalMaxAge = section.Required("rehearsal_max_age").Duration(),
            Scale = section.Optional("scale")?.Text() ?? CutoverPolicy.ProductionScale,
            ToleratedStandIns = section.Optional("tolerated_stand_ins")?.Texts() ?? [],
            ToleratedLeftOut = section.Optional("tolerated_left_out")?.Texts() ?? [],
            ToleratedFindings = section.Optional("tolerated_findings") is { } findings ? Codes(findings) : null,
        };
    }

    private static IReadOnlyList<string> Codes(YamlNode findings)
    {
        var codes = findings.Texts();
        return findings.Items().FirstOrDefault(item => !FindingCodes.All.Contains(item.Text())) is { } unknown
            ? throw unknown.Refuse(
                $"unknown finding '{unknown.Text()}'; expected a code as preflight.json has it, such as "
                    + FindingCodes.TargetTrigger
            )
            : codes;
    }
}
