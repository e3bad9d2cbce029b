using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Rehearsals;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Gating;

namespace FreshTrack.UnitTests.Cutover;

public sealed class RehearsalPreconditionTests : IDisposable
{
    private static readonly RunEvidence Rehearsed = GoodRun.Whole with
    {
        Run = GoodRun.Whole.Run with
        {
            Scale = "production",
            Images = new Dictionary<string, string> { ["api"] = "aaaa", ["source-postgres"] = "eeee" },
            StandIns = [new StandIn("radosgw", "MinIO")],
        },
    };

    /// <summary>An hour after the rehearsal's end, of what it rehearsed without the load and the way back.</summary>
    private static readonly PlannedCutover Planned = new(
        EnvironmentKind.Production,
        new SourceTree("c0ffee", Clean: true),
        GoodRun.Evidence.Plan.Hash,
        new Dictionary<string, string> { ["api"] = "aaaa" },
        Rehearsed.Runbook! with
        {
            Name = "cutover",
            Phases = [.. Rehearsed.Runbook.Phases.Where(phase => phase.Number < 7)],
        },
        Rehearsed.Run.EndedAt!.Value.AddHours(1)
    );

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, RunEvidence, string> Spoilt =>
        new()
        {
            { "kind", Of(run => run with { Kind = "load" }), "load" },
            { "commit", Of(run => run with { Commit = "decade" }), "rehearsed decade" },
            { "changes", Of(run => run with { CleanTree = false }), "no commit holds" },
            { "scale", Of(run => run with { Scale = "smoke" }), "smoke; expected production" },
            { "scale", Of(run => run with { Scale = null }), "not recorded; expected production" },
            { "injected", Of(run => run with { Inject = "slow-api" }), "slow-api" },
            { "plan", Of(run => run with { PlanHash = "another" }), "rehearsed another" },
            {
                "images",
                Of(run => run with { Images = new Dictionary<string, string> { ["api"] = "bbbb" } }),
                "api aaaa instead of bbbb"
            },
            {
                "images",
                Of(run => run with { Images = new Dictionary<string, string>() }),
                "api aaaa was not rehearsed"
            },
            {
                "stand-ins",
                Of(run => run with { StandIns = [new StandIn("a", "MinIO"), new StandIn("b", "Stack Auth")] }),
                "b for Stack Auth; expected none but for MinIO"
            },
            { "rollback", Rehearsed with { Rollback = null }, "Inconclusive" },
            {
                "rollback",
                Rehearsed with
                {
                    Rollback = Rehearsed.Rollback! with
                    {
                        NotReturned = [new NotReturned("public.areas 7", "no key", 1)],
                    },
                },
                "public.areas 7"
            },
            {
                "orphans",
                Rehearsed with
                {
                    Verification = GoodRun.With("orphans").Verification,
                },
                "Inconclusive, orphans: the check did not run"
            },
            {
                "contents",
                Rehearsed with
                {
                    Verification = GoodRun
                        .With("contents", GoodRun.Check("contents", "public.units", 50, Verdict.Fail, 1))
                        .Verification,
                },
                "Fail, contents: public.units"
            },
            {
                "readings_24h p95",
                Rehearsed with
                {
                    Load = GoodRun.With(GoodRun.Result(p95: 160, p99: 250)).Load,
                },
                "Fail"
            },
            {
                "preflight",
                Rehearsed with
                {
                    Preflight = new PreflightReport(
                        Verdict.Warn,
                        [new Finding("user-sso", Verdict.Warn, "auth.users", "users of single sign-on", 2)]
                    ),
                },
                "Warn, preflight: user-sso"
            },
            { "declarations", Rehearsed with { Declarations = new(GoodRun.Declared, [GoodRun.Declared[0]]) }, "Fail" },
        };

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public void A_passing_fresh_rehearsal_of_what_would_run_lets_it_start()
    {
        var result = Judge(Rehearsed);

        result.Demand();
        Assert.Equal((Rehearsed.Folder, 0, 0), (result.Folder, result.Refusals.Count, result.Accepted.Count));
    }

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void What_is_wrong_is_named_with_value_and_next_step(string what, RunEvidence evidence, string said)
    {
        var refusal = Assert.Single(Judge(evidence).Refusals, refusal => refusal.What == what);

        Assert.Contains(said, refusal.ToString());
        Assert.EndsWith(".", refusal.Next);
        Assert.Throws<RefusedException>(Judge(evidence).Demand);
    }

    [Fact]
    public void One_thing_that_is_wrong_is_one_reason() =>
        Assert.All(
            Spoilt.Select(row => row.Data),
            row => Assert.True(Judge(row.Item2).Refusals is [_], $"{row.Item1}: {Said(Judge(row.Item2))}")
        );

    [Fact]
    public void A_part_that_was_left_out_is_refused_unless_the_policy_tolerates_it()
    {
        var none = GoodRun.Limits with { Cutover = GoodRun.Limits.Cutover with { ToleratedLeftOut = [] } };

        Assert.Equal(
            "left out: traffic.dns (it comes later); expected nothing, as the policy's cutover.tolerated_left_out "
                + "names nothing. Rehearse with these parts, or decide on them in the policy.",
            Assert.Single(Judge(Rehearsed, policy: none).Refusals).ToString()
        );
    }

    [Fact]
    public void A_rehearsal_without_the_way_back_is_refused()
    {
        var without = Rehearsed with
        {
            Rollback = null,
            Runbook = Rehearsed.Runbook! with { Phases = [.. Rehearsed.Runbook.Phases.SkipLast(1)] },
            Timeline = Rehearsed.Timeline! with { Phases = [.. Rehearsed.Timeline.Phases.SkipLast(1)] },
        };

        Assert.Equal("the way back was not rehearsed", Assert.Single(Judge(without).Refusals).Value);
    }

    [Fact]
    public void Another_checkout_runbook_or_plan_of_now_is_refused()
    {
        Assert.Equal(
            ["commit", "images", "plan", "steps", "changes"],
            Judge(
                Rehearsed,
                Planned with
                {
                    Tree = new SourceTree("decade", Clean: false),
                    PlanHash = "another",
                    Images = new Dictionary<string, string> { ["api"] = "aaaa", ["caddy"] = "cccc" },
                    Runbook = Planned.Runbook with
                    {
                        Phases =
                        [
                            .. Planned.Runbook.Phases,
                            new PlannedPhase(9, "More", 60, 75, [new PlannedStep("more.steps", "More")]),
                        ],
                    },
                }
            )
                .Refusals.Select(refusal => refusal.What)
        );
        Assert.Equal(
            "none are known",
            Assert.Single(Judge(Rehearsed, Planned with { Images = new Dictionary<string, string>() }).Refusals).Value
        );
    }

    [Fact]
    public void An_old_rehearsal_is_refused_and_its_age_alone_may_be_overridden()
    {
        var late = Planned with { Now = Rehearsed.Run.EndedAt!.Value.AddHours(25) };

        Assert.Equal(
            "age: ended 25 h 00 min ago, at 1970-01-01 00:15:00 UTC; expected at most 24 h 00 min. "
                + "Rehearse again, or give --override with the reason.",
            Assert.Single(Judge(Rehearsed, late).Refusals).ToString()
        );
        Assert.Single(Judge(Rehearsed, late, overriding: " ").Refusals);
        var overridden = Judge(Rehearsed, late, overriding: "the window was moved by a day");
        overridden.Demand();
        Assert.EndsWith("overridden: the window was moved by a day", Assert.Single(overridden.Accepted));
        Assert.Equal(
            ["scale"],
            Judge(Of(run => run with { Scale = "smoke" }), late, overriding: "the window was moved")
                .Refusals.Select(refusal => refusal.What)
        );
    }

    [Fact]
    public void A_rehearsal_of_the_limits_own_age_is_fresh() =>
        Assert.Empty(Judge(Rehearsed, Planned with { Now = Rehearsed.Run.EndedAt!.Value.AddHours(24) }).Refusals);

    [Fact]
    public void A_rehearsal_from_the_future_is_refused() =>
        Assert.Equal(
            "clock",
            Assert.Single(Judge(Rehearsed, Planned with { Now = DateTimeOffset.UnixEpoch }).Refusals).What
        );

    [Fact]
    public void A_policy_without_a_greatest_age_allows_no_cutover() =>
        Assert.Equal(
            "policy",
            Assert
                .Single(
                    Judge(
                        Rehearsed,
                        policy: GoodRun.Limits with
                        {
                            Cutover = GoodRun.Limits.Cutover with { RehearsalMaxAge = null },
                        }
                    ).Refusals
                )
                .What
        );

    [Fact]
    public void A_stage_accepts_a_small_scale_and_uncommitted_changes_and_names_them()
    {
        var small = Of(run => run with { Scale = "smoke", CleanTree = false });
        var stage = Planned with { Kind = EnvironmentKind.Stage, Tree = new SourceTree("c0ffee", Clean: false) };

        var result = Judge(small, stage);

        result.Demand();
        Assert.Equal(
            [
                "scale: smoke, accepted on a stage",
                "changes: the rehearsal ran with changes that no commit holds, accepted on a stage",
                "changes: the checkout has changes that no commit holds, accepted on a stage",
            ],
            result.Accepted
        );
        Assert.Equal(
            ["scale", "changes", "changes"],
            Judge(small, stage with { Kind = EnvironmentKind.Production }).Refusals.Select(refusal => refusal.What)
        );
    }

    [Fact]
    public void Every_reason_is_named_at_once()
    {
        var refused = Assert.Throws<RefusedException>(
            Judge(Of(run => run with { Scale = "smoke", Inject = "slow-api", Commit = "decade" })).Demand
        );

        Assert.Contains("Cutover is refused by its rehearsal /evidence:\n  injected: slow-api", refused.Message);
        Assert.Contains("\n  commit: rehearsed decade", refused.Message);
        Assert.Contains("\n  scale: smoke", refused.Message);
    }

    [Fact]
    public async Task Without_a_rehearsal_or_its_folder_there_is_nothing_to_follow()
    {
        var none = await FoundRehearsal.ReadAsync(null, runs, Token);
        Assert.Equal($"none in {runs}", none.Refusal!.Value);
        Assert.Equal(["rehearsal"], Judge(none).Refusals.Select(refusal => refusal.What));
        Assert.Throws<RefusedException>(Judge(none).Demand);
        var missing = await FoundRehearsal.ReadAsync(Path.Combine(runs, "missing"), runs, Token);
        Assert.Contains("there is no folder", missing.Refusal!.Value);
    }

    [Fact]
    public async Task The_newest_rehearsal_is_read_or_the_folder_that_was_named()
    {
        var folder = await StoredRun.CreateAsync(runs);

        Assert.Equal(folder, (await FoundRehearsal.ReadAsync(null, runs, Token)).Evidence!.Folder);
        Assert.Equal(folder, (await FoundRehearsal.ReadAsync(folder, "/nowhere", Token)).Evidence!.Folder);
    }

    [Fact]
    public async Task Evidence_that_is_not_sealed_or_was_edited_is_refused()
    {
        var folder = await StoredRun.CreateAsync(runs);
        StoredRun.Replace(Path.Combine(folder, "run.json"), "c0ffee", "decade");
        var edited = await FoundRehearsal.ReadAsync(null, runs, Token);
        File.Delete(Path.Combine(folder, Seal.FileName));
        var open = await FoundRehearsal.ReadAsync(null, runs, Token);

        Assert.Contains("run.json", Assert.Single(Judge(edited).Refusals, refusal => refusal.What == "seal").Value);
        Assert.Contains(Seal.FileName, Assert.Single(Judge(open).Refusals, refusal => refusal.What == "seal").Value);
    }

    private static RunEvidence Of(Func<RunDescription, RunDescription> change) =>
        Rehearsed with
        {
            Run = change(Rehearsed.Run),
        };

    private static PreconditionResult Judge(
        RunEvidence evidence,
        PlannedCutover? cutover = null,
        Policy? policy = null,
        string? overriding = null
    ) =>
        RehearsalPrecondition.Judge(
            FoundRehearsal.Of(evidence),
            cutover ?? Planned,
            policy ?? GoodRun.Limits,
            overriding
        );

    private static PreconditionResult Judge(FoundRehearsal found) =>
        RehearsalPrecondition.Judge(found, Planned, GoodRun.Limits, overriding: null);

    private static string Said(PreconditionResult result) =>
        string.Join(" | ", result.Refusals.Select(refusal => $"{refusal}"));
}
