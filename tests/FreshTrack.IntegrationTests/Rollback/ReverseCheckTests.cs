using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Rollback;

/// <summary>What keeps rows of the target from going back is named before anything moves.</summary>
public sealed class ReverseCheckTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Statements for the source and the target, a change of the plan, and what is found.</summary>
    public static TheoryData<string, string, string, string, string> Cases =>
        new()
        {
            {
                "",
                "",
                "reverse: { price: cents / 100.0 }|secret: []",
                "Fail reverse-expression-missing public.Odd Kinds.price",
                ""
            },
            {
                "",
                "",
                "cents / 100.0|nothing / 100.0",
                "Fail reverse-expression-invalid public.Odd Kinds.price",
                "the target refuses 'nothing / 100.0'"
            },
            {
                """alter table "Odd Kinds" alter kept drop default""",
                "",
                "",
                "Fail reverse-column-not-filled public.Odd Kinds.kept",
                "takes no NULL"
            },
            { "", "", "", "Pass reverse-column-left public.Odd Kinds.kept", "its default 'new'" },
            { "", "", "", "Pass reverse-column-of-target public.kinds.only_here", "stays behind" },
            { "", "", "", "Pass reverse-sequence-moves tree_id_seq", "highest number of tree" },
            { "", "", "", "Warn reverse-users-not-created auth.users", "source.auth" },
            { "", "", "", "Warn reverse-unique public.filtered", "filtered_name_key" },
            {
                "",
                "alter table kinds alter code type text",
                "",
                "Warn reverse-narrowing-type public.Odd Kinds.code",
                "longer than 8"
            },
            { "", "", "", "Warn reverse-check public.Odd Kinds.code", "forbidden" },
            {
                "",
                "alter type mood add value 'furious'",
                "",
                "Warn reverse-enum-label public.Odd Kinds.mood",
                "furious"
            },
            {
                "alter table by_day alter note set not null; update by_day set note = coalesce(note, '')",
                "",
                "",
                "Warn reverse-null-not-allowed public.by_day.note",
                "takes no NULL"
            },
            {
                "",
                "alter table readings drop constraint readings_tree_id_fkey",
                "",
                "Warn reverse-foreign-key public.readings",
                "readings_tree_id_fkey"
            },
            {
                "alter table tree add constraint short_title check (length(title) < 20)",
                "",
                "",
                "Warn reverse-check public.tree",
                "short_title"
            },
            {
                "",
                "alter table team add lead_again int",
                "- source: public.team|- source: public.team\n    columns: { lead_again: lead }",
                "Warn reverse-taken-twice public.team.lead",
                "several columns"
            },
            {
                "",
                "alter table filtered drop constraint filtered_pkey",
                "",
                "Warn reverse-table-not-returned public.filtered",
                "it has no key"
            },
            {
                "alter table tree rename to tree_rows; create view tree as select * from tree_rows",
                "",
                "leave: [public.left_behind]|leave: [public.left_behind, public.tree_rows]",
                "Warn reverse-table-not-returned public.tree",
                "a view"
            },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_could_not_go_back_is_named(
        string source,
        string target,
        string plan,
        string finding,
        string message
    )
    {
        var report = await CheckAsync(source, target, plan);

        var found = report.Findings.First(item => $"{item.Verdict} {item.Code} {item.Subject}" == finding);
        Assert.Contains(message, found.Message);
    }

    [Fact]
    public async Task Missing_rights_come_with_the_statement_that_gives_them()
    {
        var report = await CheckAsync(
            "",
            "",
            "",
            asSuperuser: "revoke update on by_day from postgres; "
                + "alter table by_day owner to supabase_storage_admin; "
                + "grant select, insert, delete on by_day to postgres"
        );

        Assert.Contains(
            report.Findings,
            item =>
                item is { Code: ReverseFindingCodes.RightMissing, Verdict: Verdict.Fail, Subject: "by_day" }
                && item.Message.EndsWith("grant update on by_day to postgres")
        );
    }

    [Fact]
    public async Task A_role_that_may_not_switch_triggers_off_fails_the_check()
    {
        await using var move = await Move.CreateAsync(servers, StrangeSchema.Source, StrangeSchema.Target, Token);
        await using var source = await ReplicationRoleTests.StrangerAsync(move.SourceAdministrator, move.SourceAddress);

        var report = await CheckAsync(source, move.Target, StrangeSchema.Plan);

        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Contains(report.Findings, item => item.Code == ReverseFindingCodes.ReplicationRoleDenied);
    }

    private async Task<PreflightReport> CheckAsync(string source, string target, string plan, string asSuperuser = "")
    {
        await using var move = await Move.CreateAsync(servers, StrangeSchema.Source, StrangeSchema.Target, Token);
        await Move.ExecuteAsync(move.Source, $"select 1; {source}", Token);
        await Move.ExecuteAsync(move.Target, $"select 1; {target}", Token);
        await Move.ExecuteAsync(move.SourceAdministrator, $"select 1; {asSuperuser}", Token);
        var text = plan is "" ? StrangeSchema.Plan : StrangeSchema.Plan.Replace(plan.Split('|')[0], plan.Split('|')[1]);
        return await CheckAsync(move.Source, move.Target, text);
    }

    private static async Task<PreflightReport> CheckAsync(NpgsqlDataSource source, NpgsqlDataSource target, string plan)
    {
        using var evidence = EvidenceFolder.CreateTemporary("final-check", TimeProvider.System.GetUtcNow());
        var run = new RunContext(
            new CutoverEnvironment("test", EnvironmentKind.Stage) { Source = source, Target = target },
            PlanFile.Parse(plan, "plan.yaml"),
            evidence,
            TimeProvider.System
        );
        await ReturnCheckSteps.CheckAsync(run, new Progress<StepProgress>(), Token);
        return EvidenceJson.Deserialize<PreflightReport>(
            await File.ReadAllTextAsync(evidence.PathOf("reverse.json"), Token)
        );
    }
}
