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
    /// <exception cref="RefusedException">The text is no whole policy; the message names file, line and
    /// column.</exception>
    public static Policy Parse(string text, string name)
    {
        var file = new PolicyNode(YamlText.Read(text, name), name, "the policy").Only(
            "version",
            "counts",
            "contents",
            "integrity",
            "latency",
            "baseline",
            "cutover"
        );
        if (file["version"].Text() != "1")
        {
            throw file["version"].Refuse($"version is '{file["version"].Text()}'; expected 1");
        }

        RequireFail(file["counts"]);
        RequireFail(file["contents"]);
        return new Policy(Integrity(file["integrity"]), Latency(file["latency"]))
        {
            Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            Baseline = file.Find("baseline") is { } baseline ? Baseline(baseline.Only("runs", "p95_worse")) : null,
            RehearsalMaxAge = file.Find("cutover")?.Only("rehearsal_max_age")["rehearsal_max_age"].Time(),
        };
    }

    private static void RequireFail(PolicyNode section)
    {
        var mismatch = section.Only("mismatch")["mismatch"];
        if (mismatch.Text() != "fail")
        {
            throw mismatch.Refuse(
                $"'mismatch' is '{mismatch.Text()}'; expected fail: a move that lost rows cannot pass"
            );
        }
    }

    private static List<IntegrityLimit> Integrity(PolicyNode section) =>
        section
            .Only(IntegrityChecks)
            .Pairs()
            .Select(limit => new IntegrityLimit(limit.Key, limit.Value.Whole(from: 0)))
            .ToList()
            is { Count: > 0 } limits
            ? limits
            : throw section.Refuse(
                "'integrity' is empty; expected at least one check: what is not asked for is not missed"
            );

    private static List<LatencyLimit> Latency(PolicyNode section)
    {
        var limits = new List<LatencyLimit>();
        foreach (var item in section.Items())
        {
            item.Only("scenario", "p95_ms", "p99_ms", "error_rate", "min_requests");
            var scenario = item["scenario"].Text();
            if (!ScenarioNames.All.Contains(scenario))
            {
                throw item["scenario"]
                    .Refuse($"unknown scenario '{scenario}'; expected one of {string.Join(", ", ScenarioNames.All)}");
            }

            if (limits.Exists(limit => limit.Scenario == scenario))
            {
                throw item["scenario"].Refuse($"scenario '{scenario}' stands here a second time; give its limits once");
            }

            limits.Add(
                new LatencyLimit(
                    scenario,
                    item["p95_ms"].Number(0, AnyLimit),
                    item["p99_ms"].Number(0, AnyLimit),
                    item["error_rate"].Number(0, 1),
                    item["min_requests"].Whole(from: 1)
                )
            );
        }

        return limits.Count > 0
            ? limits
            : throw section.Refuse(
                "'latency' is empty; expected at least one scenario: a load without limits proves nothing"
            );
    }

    private static BaselineLimit Baseline(PolicyNode section)
    {
        var runs = section["runs"].Whole(from: 1);
        return runs <= 1000
            ? new BaselineLimit((int)runs, section["p95_worse"].Number(0, AnyLimit))
            : throw section["runs"].Refuse($"'runs' is '{runs}'; expected at most 1000");
    }
}
