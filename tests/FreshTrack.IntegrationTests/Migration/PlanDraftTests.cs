using FreshTrack.Fixtures.Source;
using FreshTrack.IntegrationTests.Fixtures;
using FreshTrack.Plan;
using FreshTrack.Plan.Drafting;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>Drafts from the catalogs of real databases.</summary>
public sealed class PlanDraftTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_draft_of_the_awkward_schema_parses_and_asks_exactly_what_preflight_finds()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);

        var (draft, plan) = await DraftAsync(move.Source, move.Target);

        Assert.Equal(
            [
                "auth.users > public.people",
                "public.Mixed \"Case\" Things > public.things",
                "public.measurements > public.measurements",
            ],
            Pairs(plan)
        );
        Assert.Equal(
            "raw_user_meta_data",
            plan.Tables.Single(table => table.Source == ResolvedPlan.AuthUsers).Columns["metadata"]
        );
        Assert.Equal("old_name", plan.Tables.Single(table => table.Target.Name == "things").Columns["New Name"]);
        Assert.Equal(["id", "owner"], plan.Tables.SelectMany(table => table.Users));
        Assert.Equal(4, draft.Split("# TODO: guessed: ").Length - 1);
    }

    [Fact]
    public async Task A_draft_of_the_fixtures_finds_the_renames_and_users_of_the_plan_and_leaves_nothing_behind()
    {
        var address = await servers.CreateSourceAsync(Token);
        await using var administrator = NpgsqlDataSource.Create(address.Administrator);
        await SourceDatabase.CreateAsync(administrator, Token);
        await using var source = NpgsqlDataSource.Create(address.Mover);
        await using var target = await Databases.NewAsync(servers, Token);
        await target.CreateTargetAsync(Token);
        var written = PlanFile.Parse(await SourceDatabase.ReadPlanAsync(Token), "freshtrack.yaml");

        string[] own =
        [
            "api.chain_links",
            "api.digest_alerts",
            "api.late_readings",
            "api.listening",
            "api.maintenance",
            "api.notification_hold",
            "api.outbox",
            "api.reporter_watch",
            "api.stored_temperature",
            "api.unit_watch",
            "api.unread_uplinks",
        ];
        var (draft, plan) = await DraftAsync(source, target, own);

        // Two columns are as likely as each other: the guess is marked, and names the other.
        Assert.Contains("or is it raw_user_meta_data?", draft);
        Assert.Equal(
            written.Tables.Select(table => Text(table).Replace("raw_user", "raw_app")).Order(),
            plan.Tables.Select(Text).Order()
        );
        Assert.Empty(plan.Leave);
        Assert.Empty(plan.Tables.SelectMany(table => table.Leave));

        static string Text(TablePlan table) =>
            $"{table.Source} > {table.Target} columns {string.Join(", ", table.Columns.OrderBy(pair => pair.Key))} "
            + $"users {string.Join(", ", table.Users.Order())} key {string.Join(", ", table.Key)}";
    }

    private static async Task<(string Text, MigrationPlan Plan)> DraftAsync(
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        params string[] unfilled
    )
    {
        var (from, to) = (await Catalog.ReadAsync(source, Token), await Catalog.ReadAsync(target, Token));
        var draft = PlanDraft.Write(from, to, "plan.schema.json");
        var plan = PlanFile.Parse(draft, "draft.yaml");
        var questions = draft
            .Split('\n')
            .Where(line => line.Contains("# TODO: "))
            .Select(line => line[(line.IndexOf(": ") + 2)..])
            .Where(question => !question.StartsWith("guessed: "));
        Assert.Equal(
            PlanResolver
                .Resolve(plan, from, to)
                .Findings.Select(finding => $"{finding.Subject}: {finding.Message}")
                .Concat(
                    unfilled.Select(table =>
                        $"{table}: no source table was found for this target table; give it an entry, or leave it empty"
                    )
                )
                .Order(),
            questions.Order()
        );
        return (draft, plan);
    }

    private static IEnumerable<string> Pairs(MigrationPlan plan) =>
        plan.Tables.Select(table => $"{table.Source} > {table.Target}").Order();
}
