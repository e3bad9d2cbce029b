using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Gating;

namespace FreshTrack.UnitTests.Cutover;

/// <summary>Evidence that was bad before it was sealed:
/// an error that names the file, or Inconclusive; never Pass.</summary>
public sealed class HostileEvidenceTests : IDisposable
{
    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Theory]
    [InlineData("\"format\": 4,", "", "no format")]
    [InlineData("\"format\": 4,", "\"format\": 1,", "format 1")]
    [InlineData("\"format\": 4,", "\"format\": \"2\",", "format \"2\"")]
    [InlineData("\"format\": 4,", "\"format\": 5, \"sites\": 7,", "format 5")]
    public async Task Another_format_is_refused_in_one_line(string right, string wrong, string found)
    {
        var folder = await StoredRun.CreateAsync(
            runs,
            path => StoredRun.Replace(Path.Combine(path, "run.json"), right, wrong)
        );

        var refused = await Assert.ThrowsAsync<RefusedException>(() => JudgeAsync(folder));

        Assert.Equal(
            $"run.json in {folder} has {found}, expected format 4: another version of this suite wrote it. "
                + "Rehearse again.",
            refused.Message
        );
    }

    [Theory]
    [InlineData("run.json")]
    [InlineData("runbook.json")]
    [InlineData("timeline.json")]
    [InlineData("verification.json")]
    [InlineData("load.json")]
    [InlineData("plan.yaml")]
    public async Task An_empty_or_garbled_file_is_refused_by_name(string name)
    {
        foreach (var text in new[] { "", "{", "null", "[]", "{}" })
        {
            Directory.Delete(runs, recursive: true);
            var folder = await StoredRun.CreateAsync(runs, path => File.WriteAllText(Path.Combine(path, name), text));

            var refused = await Assert.ThrowsAsync<RefusedException>(() => JudgeAsync(folder));

            Assert.Contains(name, refused.Message);
        }
    }

    [Fact]
    public async Task A_folder_without_a_description_of_the_run_is_refused()
    {
        var folder = await StoredRun.CreateAsync(runs, path => File.Delete(Path.Combine(path, "run.json")));

        var refused = await Assert.ThrowsAsync<RefusedException>(() => JudgeAsync(folder));

        Assert.StartsWith($"{folder} has no run.json", refused.Message);
    }

    [Theory]
    [InlineData("runbook.json", "runbook")]
    [InlineData("timeline.json", "runbook")]
    [InlineData("verification.json", "counts")]
    [InlineData("load.json", "readings_24h p95")]
    [InlineData("baseline.json", "readings_24h p95 against baseline")]
    public async Task A_file_that_was_never_written_is_inconclusive(string name, string criterion)
    {
        var report = await JudgeAsync(await StoredRun.CreateAsync(runs, path => File.Delete(Path.Combine(path, name))));

        Assert.Equal(
            (Verdict.Inconclusive, Verdict.Inconclusive),
            (report.Gate.Verdict, report.Gate.Criteria.Single(line => line.Name == criterion).Verdict)
        );
    }

    [Theory]
    [InlineData(
        "load.json",
        "\"startedAt\": \"2026-01-15T02:00:00+00:00\"",
        "\"startedAt\": \"2031-01-15T02:00:00+00:00\""
    )]
    [InlineData(
        "timeline.json",
        "\"startedAt\": \"2026-01-15T02:00:00+00:00\"",
        "\"startedAt\": \"2025-01-15T02:00:00+00:00\""
    )]
    [InlineData("run.json", "\"endedAt\": \"2026-01-15T02:05:00+00:00\"", "\"endedAt\": \"2026-01-15T01:55:00+00:00\"")]
    public async Task A_file_of_another_day_is_inconclusive_and_named(string name, string right, string wrong)
    {
        var report = await JudgeAsync(
            await StoredRun.CreateAsync(runs, path => StoredRun.Replace(Path.Combine(path, name), right, wrong))
        );

        var times = report.Gate.Criteria.Single(line => line.Name == "times");
        Assert.Equal(Verdict.Inconclusive, times.Verdict);
        Assert.Contains(name, times.Reason);
    }

    [Theory]
    [InlineData("\"startedAt\": \"2026-01-15T02:00:00+00:00\"", "\"startedAt\": \"2026-01-15T02:06:01+00:00\"")]
    [InlineData("\"endedAt\": \"2026-01-15T02:05:00+00:00\"", "\"endedAt\": \"2026-01-15T02:06:01+00:00\"")]
    public async Task A_run_from_after_this_machines_time_is_refused(string right, string wrong)
    {
        var token = TestContext.Current.CancellationToken;
        var now = StoredRun.Start.AddMinutes(5);
        var folder = await StoredRun.CreateAsync(runs);
        (await RunEvidence.ReadAsync(folder, token)).RefuseFuture(now);
        StoredRun.Replace(Path.Combine(folder, "run.json"), right, wrong);
        await Seal.WriteAsync(folder, token);
        var evidence = await RunEvidence.ReadAsync(folder, token);

        var refused = Assert.Throws<RefusedException>(() => evidence.RefuseFuture(now));

        Assert.StartsWith(
            $"run.json in {folder} is dated 2026-01-15 02:06:01 UTC, but this machine's clock says "
                + "2026-01-15 02:05:00 UTC.",
            refused.Message
        );
    }

    [Theory]
    [InlineData("load.json", "\"stopped\": null", "\"stoped\": \"too many errors\"")]
    [InlineData("load.json", "\"stopped\": null", "\"Stopped\": \"too many errors\"")]
    [InlineData("load.json", "\"stopped\": null", "\"stopped\": \"too many errors\", \"stopped\": null")]
    [InlineData("load.json", "\"scenarios\": [", "\"scenarios\": [ null,")]
    [InlineData("run.json", "\"inject\": null", "\"injected\": \"slow-api\"")]
    [InlineData("run.json", "\"inject\": null,", "")]
    [InlineData("run.json", "\"format\": 4,", "\"format\": 1, \"format\": 2,")]
    [InlineData("run.json", "\"images\": {},", "")]
    [InlineData("load.json", ",\n  \"stopped\": null", "")]
    [InlineData("load.json", ",\n      \"unreliable\": null", "")]
    [InlineData("timeline.json", "\"verdict\": \"Pass\"", "\"verdict\": 0")]
    [InlineData("timeline.json", "\"verdict\": \"Pass\"", "\"verdict\": \"Fail\", \"verdict\": \"Pass\"")]
    [InlineData("timeline.json", "\"phases\": [", "\"phases\": [ null,")]
    [InlineData("verification.json", "\"checks\": [", "\"checks\": [ null,")]
    [InlineData("verification.json", "\"verdict\": \"Pass\"", "\"verdict\": 0")]
    [InlineData("verification.json", "\"verdict\": \"Pass\"", "\"verdict\": \"Fail\", \"verdict\": \"Pass\"")]
    [InlineData("verification.json", "\"verdict\": \"Pass\"", "\"Verdict\": \"Pass\"")]
    [InlineData("baseline.json", "\"runs\": []", "\"runs\": [ null ]")]
    public async Task What_is_misspelt_missing_twice_a_number_or_null_is_refused(
        string name,
        string right,
        string wrong
    )
    {
        var folder = await StoredRun.CreateAsync(
            runs,
            path => StoredRun.Replace(Path.Combine(path, name), right, wrong)
        );

        var refused = await Assert.ThrowsAsync<RefusedException>(() => JudgeAsync(folder));

        Assert.StartsWith($"{name} in {folder} cannot be read: ", refused.Message);
    }

    [Fact]
    public async Task A_plan_that_is_not_the_runs_is_refused_by_name()
    {
        var folder = await StoredRun.CreateAsync(
            runs,
            path => File.AppendAllText(Path.Combine(path, "plan.yaml"), "    may_be_empty: true\n")
        );

        var refused = await Assert.ThrowsAsync<RefusedException>(() => JudgeAsync(folder));

        Assert.StartsWith($"plan.yaml in {folder} has the SHA-256 ", refused.Message);
        Assert.Contains($"but run.json says that the run used {StoredRun.Plan.Hash}", refused.Message);
    }

    [Fact]
    public async Task A_table_that_two_entries_of_the_plan_fill_may_be_empty_only_when_both_may()
    {
        const string Another = "  - source: public.old_units\n    target: public.units\n    may_be_empty: true\n";
        var report = await JudgeAsync(
            await StoredRun.CreateAsync(
                runs,
                path =>
                {
                    StoredRun.Replace(Path.Combine(path, "plan.yaml"), "tables:\n", "tables:\n" + Another);
                    StoredRun.Replace(
                        Path.Combine(path, "run.json"),
                        StoredRun.Plan.Hash,
                        PlanFile.Load(Path.Combine(path, "plan.yaml")).Hash
                    );
                    StoredRun.Replace(Path.Combine(path, "verification.json"), "\"rows\": 10", "\"rows\": 0");
                }
            )
        );

        Assert.StartsWith("counts: public.units: no row was compared", report.Gate.Criteria[0].Reason);
        Assert.Equal("all 1 planned tables equal", report.Gate.Criteria[0].Wanted);
    }

    [Fact]
    public async Task NaN_in_the_load_is_inconclusive()
    {
        var report = await JudgeAsync(
            await StoredRun.CreateAsync(
                runs,
                path => StoredRun.Replace(Path.Combine(path, "load.json"), "\"p95\": 40", "\"p95\": \"NaN\"")
            )
        );

        Assert.Equal(
            Verdict.Inconclusive,
            report.Gate.Criteria.Single(line => line.Name == "readings_24h p95").Verdict
        );
    }

    [Fact]
    public async Task A_load_that_was_stopped_does_not_pass()
    {
        var report = await JudgeAsync(
            await StoredRun.CreateAsync(
                runs,
                path =>
                    StoredRun.Replace(
                        Path.Combine(path, "load.json"),
                        "\"stopped\": null",
                        "\"stopped\": \"the target refused\""
                    )
            )
        );

        Assert.Equal(Verdict.Inconclusive, report.Gate.Verdict);
    }

    [Fact]
    public async Task An_edited_verdict_is_judged_again_or_refused()
    {
        var folder = await StoredRun.CreateAsync(
            runs,
            path => StoredRun.Replace(Path.Combine(path, "timeline.json"), "\"Pass\"", "\"Fail\"")
        );
        await JudgeAsync(folder);
        var first = await OutputsAsync(folder);
        StoredRun.Replace(Path.Combine(folder, "gate.json"), "\"Fail\"", "\"Pass\"");

        Assert.Equal(Verdict.Fail, (await JudgeAsync(folder)).Gate.Verdict);
        Assert.Equal(first, await OutputsAsync(folder));

        await File.WriteAllTextAsync(Path.Combine(folder, "gate.json"), "", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<RefusedException>(() => JudgeAsync(folder));
    }

    [Fact]
    public async Task A_folder_that_was_changed_and_sealed_again_contradicts_its_verdict()
    {
        var folder = await StoredRun.CreateAsync(
            runs,
            path => StoredRun.Replace(Path.Combine(path, "timeline.json"), "\"Pass\"", "\"Fail\"")
        );
        await JudgeAsync(folder);
        StoredRun.Replace(Path.Combine(folder, "timeline.json"), "\"Fail\"", "\"Pass\"");
        await Seal.WriteAsync(folder, TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => JudgeAsync(folder));

        Assert.Contains("sealed again after it was judged", refused.Message);
    }

    [Fact]
    public async Task Judging_again_in_another_time_zone_gives_the_same_bytes()
    {
        var folder = await StoredRun.CreateAsync(runs);
        await JudgeAsync(folder);
        var first = await OutputsAsync(folder);
        var zone = Environment.GetEnvironmentVariable("TZ");
        try
        {
            Environment.SetEnvironmentVariable("TZ", "Pacific/Chatham");
            TimeZoneInfo.ClearCachedData();
            await JudgeAsync(folder);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
        }

        Assert.Equal(first, await OutputsAsync(folder));
    }

    private static Task<RunReport> JudgeAsync(string folder) =>
        StoredRun.JudgeAsync(
            folder,
            GoodRun.Limits with
            {
                Integrity = [],
                Latency = [.. GoodRun.Limits.Latency.Where(limit => limit.Scenario == "readings_24h")],
            }
        );

    private static async Task<string> OutputsAsync(string folder) =>
        string.Join(
            '\n',
            await Task.WhenAll(
                EvidenceFolder
                    .Outputs.Order()
                    .Select(name =>
                        File.ReadAllTextAsync(Path.Combine(folder, name), TestContext.Current.CancellationToken)
                    )
            )
        );
}
