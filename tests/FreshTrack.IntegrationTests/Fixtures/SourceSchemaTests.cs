using FreshTrack.Fixtures.Source;

namespace FreshTrack.IntegrationTests.Fixtures;

public sealed class SourceSchemaTests(Servers servers)
{
    [Fact]
    public async Task Source_looks_as_Supabase_made_it()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var source = await Databases.NewSourceAsync(servers, cancellationToken);
        await SourceDatabase.CreateAsync(source, cancellationToken);

        Assert.Equal(
            29,
            await source.SingleAsync<long>(
                "select count(*) from pg_tables where schemaname = 'public'",
                cancellationToken
            )
        );
        Assert.Equal(
            ["buckets", "objects"],
            await source.ListAsync(
                "select tablename from pg_tables where schemaname = 'storage' order by 1",
                cancellationToken
            )
        );
        Assert.Equal(
            17,
            await source.SingleAsync<long>(
                "select count(*) from pg_type where typtype = 'e' and typnamespace = 'public'::regnamespace",
                cancellationToken
            )
        );
        Assert.Empty(
            await source.ListAsync(
                """
                select tables.relname from pg_class tables
                where tables.relkind = 'r' and tables.relnamespace = 'public'::regnamespace
                  and not (
                    tables.relrowsecurity
                    and exists (select from pg_policy where polrelid = tables.oid)
                    and pg_get_userbyid(relowner) = 'postgres')
                """,
                cancellationToken
            )
        );
        Assert.Empty(
            await source.ListAsync(
                """
                select attrelid::regclass from pg_attribute
                where attname = 'updated_at'
                  and attrelid in (
                    select oid from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace)
                  and attrelid not in (select tgrelid from pg_trigger where tgname like 'update_%_updated_at')
                """,
                cancellationToken
            )
        );
    }

    [Fact]
    public async Task Sources_can_be_made_side_by_side_on_one_server()
    {
        var cancellationToken = TestContext.Current.CancellationToken;

        await Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(async _ =>
                {
                    await using var source = await Databases.NewSourceAsync(servers, cancellationToken);
                    await SourceDatabase.CreateAsync(source, cancellationToken);
                })
        );
    }

    [Fact]
    public async Task Row_level_security_hides_other_organizations()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var source = await Databases.NewSourceAsync(servers, cancellationToken);
        await SourceDatabase.CreateAsync(source, cancellationToken);

        var seen = await source.ListAsync(
            """
            insert into auth.users (id) values ('00000000-0000-4000-8000-000000000001');
            insert into public.organizations (id, name, slug) values
              ('00000000-0000-4000-8000-00000000000a', 'mine', 'mine'),
              ('00000000-0000-4000-8000-00000000000b', 'theirs', 'theirs');
            insert into public.subscriptions (organization_id, stripe_customer_id)
            select id, name from public.organizations;
            insert into public.user_roles (user_id, organization_id)
            values ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-00000000000a');
            set role authenticated;
            set request.jwt.claims = '{"sub": "00000000-0000-4000-8000-000000000001"}';
            select stripe_customer_id from public.subscriptions
            """,
            cancellationToken
        );

        Assert.Equal(["mine"], seen);
    }
}
