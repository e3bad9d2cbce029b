using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Steps;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Source;
using FreshTrack.IntegrationTests.Fixtures;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.IntegrationTests.SupabaseAuth;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Rollback;

public sealed class FreshTrackReturnTests(Servers servers)
{
    /// <summary>A night on the new side.</summary>
    private const string Night = """
        insert into users (id, email, email_confirmed_at) values
            ('00000000-0000-4000-a000-000000000001', 'night@example.org', now());
        insert into profiles (id, user_id, organization_id, email)
        select gen_random_uuid(), '00000000-0000-4000-a000-000000000001', id, 'night@example.org'
        from organizations order by id limit 1;
        insert into user_roles (id, user_id, organization_id, role)
        select gen_random_uuid(), '00000000-0000-4000-a000-000000000001', id, 'viewer'
        from organizations order by id limit 1;
        insert into sensor_readings (id, unit_id, temperature, recorded_at, received_at)
        select gen_random_uuid(), u.id, 38.50, now() - i * interval '1 second', now()
        from (select id from units order by id limit 10) u, generate_series(1, 100) i;
        update units set temp_max = temp_max + 1, deleted_by = '00000000-0000-4000-a000-000000000001'
        where id in (select id from units order by id limit 3);
        update sensor_readings set battery = (coalesce(battery, 0) + 1) % 100 where id in (
            select id from sensor_readings where temperature is distinct from 38.50 order by id limit 1200);
        delete from door_events where id in (select id from door_events order by id limit 7);
        update ttn_connections set ttn_webhook_url = 'https://new.example.org/api/webhooks/ttn', ttn_region = 'eu2';
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Night_on_the_new_side_is_in_supabase_afterwards()
    {
        await using var move = await FilledAsync();
        await using var project = await SupabaseProject.StartAsync(move.SourceAdministratorAddress);
        await using var stage = await ReturnStage.OfAsync(
            move,
            await SourceDatabase.ReadPlanAsync(Token),
            project.Client
        );
        var addresses = await stage.SourceRowsAsync("select ttn_webhook_url from ttn_connections order by id");
        await stage.OnTargetAsync(Night);

        var report = await stage.ReturnAsync();

        Assert.Equal(
            (1000L, 1200L),
            report
                .Tables.Where(table => table.Source == "public.sensor_readings")
                .Select(table => (table.Written.Inserted, table.Written.Updated))
                .Single()
        );
        Assert.Single(report.UsersCreated);
        Assert.Equal(
            ["3"],
            await stage.SourceRowsAsync(
                $"select count(*)::text from units where deleted_by = '{report.UsersCreated[0].Id}'"
            )
        );
        // The new side's address of webhooks does not come back, and what else was changed of the row does.
        Assert.Equal(addresses, await stage.SourceRowsAsync("select ttn_webhook_url from ttn_connections order by id"));
        Assert.Equal(["eu2"], await stage.SourceRowsAsync("select distinct ttn_region from ttn_connections"));
    }

    [Fact]
    public async Task Nothing_of_the_product_keeps_a_return_from_going_through()
    {
        await using var move = await FilledAsync();
        await using var project = await SupabaseProject.StartAsync(move.SourceAdministratorAddress);
        await using var stage = await ReturnStage.OfAsync(
            move,
            await SourceDatabase.ReadPlanAsync(Token),
            project.Client
        );

        var result = await stage.TakeAsync(ReturnCheckSteps.CheckAsync);

        var report = EvidenceJson.Deserialize<PreflightReport>(
            await File.ReadAllTextAsync(stage.Run.Evidence.PathOf("reverse.json"), Token)
        );
        Assert.Equal(Verdict.Warn, result.Verdict);
        Assert.Equal(
            [
                "reverse-check public.lora_sensors",
                "reverse-narrowing-type auth.users.email",
                "reverse-unique auth.users",
            ],
            report
                .Findings.Where(item => item.Verdict != Verdict.Pass)
                .Select(item => $"{item.Code} {item.Subject}")
                .Order()
        );
    }

    private async Task<Move> FilledAsync()
    {
        var move = await Move.CreateAsync(servers, "select 1", "select 1", Token);
        await SourceDatabase.CreateAsync(move.SourceAdministrator, Token);
        await SourceFiller.FillAsync(
            move.SourceAdministrator,
            FixtureScale.Smoke,
            1,
            FilledSource.Epoch,
            progress: null,
            Token
        );
        await move.Target.CreateTargetAsync(Token);
        return move;
    }
}
