using System.Text.Json.Nodes;
using FreshTrack.Cutover.Steps;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.IntegrationTests.SupabaseAuth;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Rollback;

public sealed class ReturnedUsersTests(Servers servers)
{
    private const string Source = """
        create schema auth;
        create table auth.users (id uuid primary key, email varchar(255), encrypted_password varchar(255),
            email_confirmed_at timestamptz, raw_app_meta_data jsonb, raw_user_meta_data jsonb, created_at timestamptz,
            updated_at timestamptz, banned_until timestamptz);
        insert into auth.users (id, email, email_confirmed_at, created_at, encrypted_password)
        select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'user' || i || '@example.org', now(),
            now(), 'hash ' || i
        from generate_series(1, 4) i;
        insert into auth.users (id, email) values ('00000000-0000-4000-8000-000000000099', 'stays@example.org');
        create table notes (id int primary key, author uuid references auth.users on delete cascade, body text);
        insert into notes select i, ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'note ' || i
        from generate_series(1, 4) i;
        """;

    /// <summary>As Supabase has it: the service owns its users, and the mover may write to them.</summary>
    private const string Owners = """
        alter schema auth owner to supabase_auth_admin;
        grant usage on schema auth to postgres;
        alter table auth.users owner to supabase_auth_admin;
        grant all on auth.users to postgres;
        """;

    private const string Target = """
        create table people (id uuid primary key, email text not null, email_confirmed_at timestamptz, metadata jsonb,
            created_at timestamptz, updated_at timestamptz, banned_until timestamptz);
        create table notes (id int primary key, author uuid references people on delete cascade, body text);
        """;

    private const string Plan = """
        version: 1
        tables:
          - source: auth.users
            target: public.people
            columns: { metadata: raw_user_meta_data }
            users: [id]
            leave: [encrypted_password, raw_app_meta_data]
            where: email <> 'stays@example.org'
          - source: public.notes
            users: [author]
        """;

    private const string SignUps = """
        insert into people values
            ('00000000-0000-4000-a000-000000000001', 'new1@example.org', '2026-02-01', '{"full_name": "New"}',
                '2026-02-01', '2026-02-01'),
            ('00000000-0000-4000-a000-000000000002', 'new2@example.org', null, null, '2026-02-02', '2026-02-02');
        insert into notes values (100, '00000000-0000-4000-a000-000000000001', 'by a new user');
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_signed_up_on_the_new_side_gets_an_id_of_the_source_and_keeps_the_rows()
    {
        await using var move = await MoveAsync();
        await using var project = await SupabaseProject.StartAsync(move.SourceAdministratorAddress);
        await using var stage = await ReturnStage.OfAsync(move, Plan, project.Client);
        await stage.OnTargetAsync(SignUps);

        var report = await stage.ReturnAsync();

        await stage.AreEqualAsync();
        Assert.Equal(
            ["00000000-0000-4000-a000-000000000001", "00000000-0000-4000-a000-000000000002"],
            report.UsersCreated.Select(user => user.TargetId.ToString()).Order()
        );
        var first = report.UsersCreated.First(user => user.TargetId.ToString().EndsWith('1'));
        Assert.NotEqual(first.TargetId, first.Id);
        Assert.Equal(
            [$"{first.Id} t New 2026-02-01"],
            await stage.SourceRowsAsync(
                """
                select concat_ws(' ', u.id, email_confirmed_at is not null, raw_user_meta_data ->> 'full_name',
                  created_at::date)
                from auth.users u join notes n on n.author = u.id where n.id = 100
                """
            )
        );
    }

    [Fact]
    public async Task Who_was_created_before_the_process_was_killed_is_found_again()
    {
        await using var move = await MoveAsync();
        await using var project = await SupabaseProject.StartAsync(move.SourceAdministratorAddress);
        await using var stage = await ReturnStage.OfAsync(move, Plan, project.Client);
        await stage.OnTargetAsync(SignUps);
        await stage.TakeAsync(ReturnUserSteps.ReleaseUsersAsync);
        await stage.TakeAsync(ReturnUserSteps.CreateUsersAsync);
        // As if the answer had come and the row of the map had not been written any more.
        await stage.OnTargetAsync(
            "delete from migration.user_map where target_id = '00000000-0000-4000-a000-000000000002'"
        );
        stage.Restart();

        var report = await stage.ReturnAsync();

        await stage.AreEqualAsync();
        Assert.Equal(2, report.UsersCreated.Count);
        Assert.Equal(["7"], await stage.SourceRowsAsync("select count(*)::text from auth.users"));
    }

    [Theory]
    [InlineData("stays@example.org", "000000000099 of the source, who did not move")]
    [InlineData("user2@example.org", "000000000002 of the source, who moved as well")]
    [InlineData("user3@example.org", "000000000003 of the source, who was deleted on the new side")]
    public async Task Two_people_with_one_address_are_never_made_one(string email, string who)
    {
        await using var move = await MoveAsync();
        await using var project = await SupabaseProject.StartAsync(move.SourceAdministratorAddress);
        await using var stage = await ReturnStage.OfAsync(move, Plan, project.Client);
        await stage.OnTargetAsync(
            $"""
            delete from people where email = 'user3@example.org';
            insert into people (id, email) values ('00000000-0000-4000-a000-000000000001', '{email}')
            """
        );
        await stage.TakeAsync(ReturnUserSteps.ReleaseUsersAsync);

        var result = await stage.TakeAsync(ReturnUserSteps.CreateUsersAsync);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains($"has the address of user 00000000-0000-4000-8000-{who}", result.Summary);
        Assert.DoesNotContain("@example.org", result.Summary);
        Assert.Equal(
            ["0"],
            await Move.RowsAsync(
                move.Target,
                "select count(*)::text from migration.user_map where target_id::text like '%a000%'",
                Token
            )
        );
    }

    [Fact]
    public async Task Address_that_another_user_gave_up_goes_to_who_has_it_now()
    {
        await using var move = await MoveAsync();
        await using var project = await SupabaseProject.StartAsync(move.SourceAdministratorAddress);
        await using var stage = await ReturnStage.OfAsync(move, Plan, project.Client);
        await stage.OnTargetAsync(
            """
            update people set email = 'elsewhere@example.org' where email = 'user2@example.org';
            insert into people (id, email) values ('00000000-0000-4000-a000-000000000001', 'user2@example.org')
            """
        );

        var report = await stage.ReturnAsync();

        await stage.AreEqualAsync();
        Assert.Equal(["00000000-0000-4000-8000-000000000002"], report.UsersReaddressed.Select(id => id.ToString()));
    }

    [Fact]
    public async Task Who_was_deleted_on_the_new_side_is_barred_and_listed_and_keeps_the_password()
    {
        await using var move = await MoveAsync();
        await using var project = await SupabaseProject.StartAsync(move.SourceAdministratorAddress);
        await using var stage = await ReturnStage.OfAsync(move, Plan, project.Client);
        await stage.OnTargetAsync("delete from people where email = 'user3@example.org'");

        var report = await stage.ReturnAsync();

        Assert.Equal(["00000000-0000-4000-8000-000000000003"], report.UsersBarred.Select(id => id.ToString()));
        Assert.Equal(
            ["hash 3 t"],
            await stage.SourceRowsAsync(
                """
                select concat_ws(' ', encrypted_password, banned_until > now() + interval '90 years') from auth.users
                where email = 'user3@example.org'
                """
            )
        );
        // The user's rows went with the user on the new side.
        Assert.Equal(["3"], await stage.SourceRowsAsync("select count(*)::text from notes"));
    }

    [Fact]
    public async Task Only_the_users_are_released_and_they_are_closed_again_before_rows_are_compared()
    {
        await using var move = await MoveAsync();
        await using var project = await SupabaseProject.StartAsync(move.SourceAdministratorAddress);
        await using var stage = await ReturnStage.OfAsync(move, Plan, project.Client);
        var body = new JsonObject { ["email"] = "while@example.org" };

        var frozen = await project.AdminAsync(HttpMethod.Post, "", body);
        await stage.TakeAsync(ReturnUserSteps.ReleaseUsersAsync);
        var released = await project.AdminAsync(HttpMethod.Post, "", body);
        var other = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
            Move.ExecuteAsync(move.Source, "delete from notes", Token)
        );
        await stage.TakeAsync(ReturnRowSteps.CompareAsync);
        var closed = await project.AdminAsync(HttpMethod.Post, "", new JsonObject { ["email"] = "after@example.org" });

        Assert.Equal((500, 200, 500), (frozen.Status, released.Status, closed.Status));
        Assert.Contains("frozen", other.MessageText);
    }

    [Fact]
    public async Task Without_supabase_auth_new_users_are_counted_and_nothing_is_created()
    {
        await using var stage = await ReturnStage.OfAsync(await MoveAsync(), Plan);
        await stage.OnTargetAsync(SignUps);

        var result = await stage.TakeAsync(ReturnUserSteps.CreateUsersAsync);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains("2 users signed up on the new side", result.Summary);
        Assert.Contains("source.auth", result.Summary);
    }

    private async Task<Move> MoveAsync()
    {
        var move = await Move.CreateAsync(servers, Source, Target, Token);
        await Move.ExecuteAsync(move.SourceAdministrator, Owners, Token);
        return move;
    }
}
