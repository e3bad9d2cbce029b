using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Gating;

namespace FreshTrack.UnitTests.Cutover;

public sealed class JudgedRunTests : IDisposable
{
    private static readonly Policy NoLimits = new([], []);

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public async Task Judging_a_stored_folder_again_gives_the_same_bytes()
    {
        var folder = await RunAsync(Verdict.Pass);
        await StoredRun.JudgeAsync(folder, NoLimits);
        var first = await OutputsAsync(folder);

        await StoredRun.JudgeAsync(folder, NoLimits);

        Assert.Equal(first, await OutputsAsync(folder));
    }

    [Fact]
    public async Task Who_reads_a_verdict_while_it_is_judged_again_reads_the_whole_of_the_old_one()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = await RunAsync(Verdict.Pass);
        await StoredRun.JudgeAsync(folder, NoLimits);
        var path = Path.Combine(folder, "gate.json");
        var before = await File.ReadAllTextAsync(path, token);
        using var reader = new StreamReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
        );

        await StoredRun.JudgeAsync(folder, GoodRun.Limits);

        Assert.Equal(before, await reader.ReadToEndAsync(token));
        Assert.NotEqual(before, await File.ReadAllTextAsync(path, token));
    }

    [Fact]
    public async Task A_verdict_that_could_not_be_written_whole_has_no_check_sums_and_can_be_written_later()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = await RunAsync(Verdict.Pass);
        await StoredRun.JudgeAsync(folder, NoLimits);
        var first = await OutputsAsync(folder);
        var page = Path.Combine(folder, "report.html");
        File.Delete(page);
        Directory.CreateDirectory(page);

        var failed = await Assert.ThrowsAsync<IOException>(() => StoredRun.JudgeAsync(folder, NoLimits));

        Assert.Contains(page, failed.Message);
        Assert.False(File.Exists(Path.Combine(folder, "RESULT.sha256")));
        Directory.Delete(page);
        await StoredRun.JudgeAsync(folder, NoLimits);
        Assert.Equal(first, await OutputsAsync(folder));
    }

    [Fact]
    public async Task A_run_whose_data_passed_and_whose_steps_passed_passes()
    {
        var report = await StoredRun.JudgeAsync(await RunAsync(Verdict.Pass), NoLimits);

        Assert.Equal((Verdict.Pass, 0), (report.Gate.Verdict, report.Reasons.Count));
    }

    [Fact]
    public async Task A_passing_run_allows_its_commit_and_none_with_uncommitted_changes_or_of_a_small_scale()
    {
        var report = await StoredRun.JudgeAsync(await RunAsync(Verdict.Pass), NoLimits);

        Assert.Equal(
            "Commit c0ffee, its images, its plan and its runbook may cut over.",
            Whole(report, run => run).Allowed
        );
        Assert.Equal(
            "It passed and may not cut over: scale: smoke; expected production. Rehearse at scale production.",
            Whole(report, run => run with { Scale = "smoke" }).Allowed
        );
        Assert.StartsWith(
            "It passed and may not cut over: changes: the rehearsal ran with changes that no commit holds",
            Whole(report, run => run with { CleanTree = false }).Allowed
        );
    }

    [Fact]
    public async Task A_passing_run_that_left_out_parts_stood_in_for_others_or_never_went_back_allows_no_cutover()
    {
        var report = await StoredRun.JudgeAsync(await RunAsync(Verdict.Pass), NoLimits);

        Assert.Equal(
            "It passed and may not cut over: rollback: the way back was not rehearsed; expected a rehearsed way back "
                + "that passed. Rehearse again, the way back included. Also: scale.",
            report.Allowed
        );
        Assert.Contains(
            "stand-ins: radosgw for MinIO",
            Whole(report, run => run with { StandIns = [new StandIn("radosgw", "MinIO")] }).Allowed
        );
        var absent = new PlannedStep("traffic.dns", "Move DNS") { Absent = "it comes later" };
        Assert.Contains(
            "left out: traffic.dns (it comes later)",
            Judged(
                Whole(report, run => run).Evidence with
                {
                    Runbook = GoodRun.Planning with
                    {
                        Phases = [.. GoodRun.Planning.Phases, new PlannedPhase(5, "Traffic", 30, 45, [absent])],
                    },
                }
            ).Allowed
        );
    }

    [Fact]
    public async Task A_step_that_failed_fails_the_run_and_is_named()
    {
        var report = await StoredRun.JudgeAsync(await RunAsync(Verdict.Fail), NoLimits);

        Assert.Equal(Verdict.Fail, report.Gate.Verdict);
        Assert.Contains("freeze.preflight", report.Reasons[0].Reason);
    }

    [Fact]
    public async Task A_run_without_a_verification_is_inconclusive()
    {
        var folder = await RunAsync(Verdict.Pass, verified: false);

        var report = await StoredRun.JudgeAsync(folder, NoLimits);

        Assert.Equal(Verdict.Inconclusive, report.Gate.Verdict);
    }

    [Fact]
    public async Task Evidence_that_was_changed_after_the_run_is_not_judged()
    {
        var folder = await RunAsync(Verdict.Fail);
        var path = Path.Combine(folder, "timeline.json");
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, text.Replace("\"Fail\"", "\"Pass\""), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<RefusedException>(() => StoredRun.JudgeAsync(folder, NoLimits));
    }

    [Fact]
    public void A_criterion_without_a_verdict_is_not_read_as_passed()
    {
        const string Text =
            """{"verdict":"Pass","criteria":[{"name":"counts","wanted":"all","measured":"all","reason":"equal"}]}""";

        Assert.Throws<System.Text.Json.JsonException>(() => EvidenceJson.Deserialize<GateResult>(Text));
    }

    /// <summary>The run at production's scale, with the way back.</summary>
    private static RunReport Whole(RunReport report, Func<RunDescription, RunDescription> change) =>
        Judged(
            report.Evidence with
            {
                Run = change(report.Evidence.Run with { Scale = "production" }),
                Rollback = new RollbackReport(RollbackWay.Return, "run", DateTimeOffset.UnixEpoch)
                {
                    Seconds = 41,
                    Repeated = [],
                },
            }
        );

    private static RunReport Judged(RunEvidence evidence) => new(evidence, Gate.Judge(evidence, NoLimits), NoLimits);

    /// <summary>A run without a load test.</summary>
    private Task<string> RunAsync(Verdict step, bool verified = true) =>
        StoredRun.CreateAsync(
            runs,
            path =>
            {
                File.Delete(Path.Combine(path, "load.json"));
                if (step == Verdict.Fail)
                {
                    StoredRun.Replace(Path.Combine(path, "timeline.json"), "\"Pass\"", "\"Fail\"");
                }

                if (!verified)
                {
                    File.Delete(Path.Combine(path, "verification.json"));
                }
            }
        );

    private static async Task<string> OutputsAsync(string folder)
    {
        var texts = EvidenceFolder
            .Outputs.Order()
            .Select(name => File.ReadAllTextAsync(Path.Combine(folder, name), TestContext.Current.CancellationToken));
        return string.Join('\n', await Task.WhenAll(texts));
    }
}
