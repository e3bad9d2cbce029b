using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Gating;
using FreshTrack.Verification;

namespace FreshTrack.UnitTests.Cutover;

public sealed class JudgedRunTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 15, 2, 0, 0, TimeSpan.Zero);
    private static readonly Policy NoLimits = new([], []);

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public async Task Judging_a_stored_folder_again_gives_the_same_bytes()
    {
        var folder = await RunAsync(Verdict.Pass);
        await JudgedRun.WriteAsync(folder, NoLimits, TestContext.Current.CancellationToken);
        var first = await OutputsAsync(folder);

        await JudgedRun.WriteAsync(folder, NoLimits, TestContext.Current.CancellationToken);

        Assert.Equal(first, await OutputsAsync(folder));
    }

    [Fact]
    public async Task Who_reads_a_verdict_while_it_is_judged_again_reads_the_whole_of_the_old_one()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = await RunAsync(Verdict.Pass);
        await JudgedRun.WriteAsync(folder, NoLimits, token);
        var path = Path.Combine(folder, "gate.json");
        var before = await File.ReadAllTextAsync(path, token);
        using var reader = new StreamReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
        );

        await JudgedRun.WriteAsync(folder, GoodRun.Limits, token);

        Assert.Equal(before, await reader.ReadToEndAsync(token));
        Assert.NotEqual(before, await File.ReadAllTextAsync(path, token));
    }

    [Fact]
    public async Task A_verdict_that_could_not_be_written_whole_has_no_check_sums_and_can_be_written_later()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = await RunAsync(Verdict.Pass);
        await JudgedRun.WriteAsync(folder, NoLimits, token);
        var first = await OutputsAsync(folder);
        var page = Path.Combine(folder, "report.html");
        File.Delete(page);
        Directory.CreateDirectory(page);

        var failed = await Assert.ThrowsAsync<IOException>(() => JudgedRun.WriteAsync(folder, NoLimits, token));

        Assert.Contains(page, failed.Message);
        Assert.False(File.Exists(Path.Combine(folder, "RESULT.sha256")));
        Directory.Delete(page);
        await JudgedRun.WriteAsync(folder, NoLimits, token);
        Assert.Equal(first, await OutputsAsync(folder));
    }

    [Fact]
    public async Task A_run_whose_data_passed_and_whose_steps_passed_passes()
    {
        var report = await JudgedRun.WriteAsync(
            await RunAsync(Verdict.Pass),
            NoLimits,
            TestContext.Current.CancellationToken
        );

        Assert.Equal((Verdict.Pass, 0), (report.Gate.Verdict, report.Reasons.Count));
    }

    [Fact]
    public async Task A_passing_run_allows_its_commit_and_none_when_changes_are_uncommitted_or_the_scale_is_small()
    {
        var report = await JudgedRun.WriteAsync(
            await RunAsync(Verdict.Pass),
            NoLimits,
            TestContext.Current.CancellationToken
        );

        Assert.Equal("Commit c0ffee, its images and its plan may cut over.", report.Allowed);
        Assert.Equal(
            "It passed at scale smoke. Rehearse at scale production to cut over.",
            (report with { Run = report.Run with { Scale = "smoke" } }).Allowed
        );
        Assert.StartsWith(
            "It passed with changes that no commit holds.",
            (report with { Run = report.Run with { CleanTree = false } }).Allowed
        );
    }

    [Fact]
    public async Task A_step_that_failed_fails_the_run_and_is_named()
    {
        var report = await JudgedRun.WriteAsync(
            await RunAsync(Verdict.Fail),
            NoLimits,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(Verdict.Fail, report.Gate.Verdict);
        Assert.Contains("freeze.preflight", report.Reasons[0].Reason);
    }

    [Fact]
    public async Task A_run_without_a_verification_is_inconclusive()
    {
        var folder = await RunAsync(Verdict.Pass, verified: false);

        var report = await JudgedRun.WriteAsync(folder, NoLimits, TestContext.Current.CancellationToken);

        Assert.Equal(Verdict.Inconclusive, report.Gate.Verdict);
    }

    [Fact]
    public async Task Evidence_that_was_changed_after_the_run_is_not_judged()
    {
        var folder = await RunAsync(Verdict.Fail);
        var path = Path.Combine(folder, "timeline.json");
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, text.Replace("\"Fail\"", "\"Pass\""), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<RefusedException>(() =>
            JudgedRun.WriteAsync(folder, NoLimits, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public void A_criterion_without_a_verdict_is_not_read_as_passed()
    {
        const string Text =
            """{"verdict":"Pass","criteria":[{"name":"counts","wanted":"all","measured":"all","reason":"equal"}]}""";

        Assert.Throws<System.Text.Json.JsonException>(() => EvidenceJson.Deserialize<GateResult>(Text));
    }

    private async Task<string> RunAsync(Verdict step, bool verified = true)
    {
        var token = TestContext.Current.CancellationToken;
        using var evidence = EvidenceFolder.Create(runs, "rehearsal", Start);
        await evidence.WriteTextAsync("plan.yaml", StoredRun.PlanText, token);
        await evidence.WriteJsonAsync(
            "run",
            new RunDescription(evidence.RunId, "rehearsal", Start)
            {
                Commit = "c0ffee",
                CleanTree = true,
                PlanHash = StoredRun.Plan.Hash,
                Environment = "stage",
                Machine = "2 cores",
                EndedAt = Start.AddMinutes(5),
            },
            token
        );
        await evidence.WriteJsonAsync("timeline", GoodRun.Steps(step) with { StartedAt = Start }, token);
        if (verified)
        {
            CheckResult[] checks = [Check(CheckNames.Contents), Check(CheckNames.Counts)];
            await evidence.WriteJsonAsync("verification", new VerificationResult(Start, checks), token);
        }

        await Seal.WriteAsync(evidence.Path, token);
        return evidence.Path;
    }

    private static CheckResult Check(string name) => new(name, "public.units", Verdict.Pass, 10, 0, "equal", null, 0.1);

    private static async Task<string> OutputsAsync(string folder)
    {
        var texts = EvidenceFolder
            .Outputs.Order()
            .Select(name => File.ReadAllTextAsync(Path.Combine(folder, name), TestContext.Current.CancellationToken));
        return string.Join('\n', await Task.WhenAll(texts));
    }
}
