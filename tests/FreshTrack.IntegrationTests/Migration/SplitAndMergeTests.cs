namespace FreshTrack.IntegrationTests.Migration;

/// <summary>Several sources into one target and one source into several, as only part of the columns and part of the
/// rows go each way.</summary>
public sealed class SplitAndMergeTests(Servers servers)
{
    private const string Source = """
        create schema auth;
        create table auth.users (id uuid primary key, email text);
        insert into auth.users select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid,
            'user' || i || '@example.org' from generate_series(1, 9) i;

        create table birds (id int primary key, name text, wings numeric(4, 1), keeper uuid references auth.users (id),
            gone_at timestamptz);
        insert into birds
        select i, 'bird ' || i, i / 10.0, ('00000000-0000-4000-8000-' || lpad((1 + i % 9)::text, 12, '0'))::uuid,
            case when i % 5 = 0 then now() end from generate_series(1, 2000) i;
        create table cats (id int primary key, name text, paws int);
        insert into cats select i, case when i % 2 = 0 then 'cat ' || i end, i % 5 from generate_series(1, 3000) i;

        create table visits (id int primary key, kind text not null, doctor text, price numeric, hotel text, nights int,
            keeper uuid);
        insert into visits
        select i, case i % 3 when 0 then 'doctor' when 1 then 'hotel' else 'cancelled' end, 'Dr. ' || i, i * 1.25,
            'hotel ' || i, i % 7,
               ('00000000-0000-4000-8000-' || lpad((1 + i % 9)::text, 12, '0'))::uuid
        from generate_series(1, 3000) i;
        """;

    private const string Target = """
        create table keepers (id uuid primary key, email text);
        create table pets (kind text, id int, name text not null, wings numeric(4, 1), paws int,
            keeper uuid references keepers (id), primary key (kind, id));
        create table treatments (id int primary key, doctor text, price numeric, keeper uuid references keepers (id));
        create table stays (id int primary key, hotel text, nights int, price numeric);
        """;

    private const string Plan = """
        version: 1
        tables:
          - source: birds
            target: pets
            columns: { kind: "'bird'" }
            users: [keeper]
            leave: [gone_at]
            where: gone_at is null
          - source: cats
            target: pets
            columns: { kind: "'cat'", name: "coalesce(name, 'nameless ' || id)" }
            where: paws > 0
          - source: visits
            target: treatments
            users: [keeper]
            leave: [kind]
            where: kind = 'doctor'
          - source: visits
            target: stays
            columns: { price: price / 2 }
            where: kind = 'hotel'
          - source: auth.users
            target: keepers
            users: [id]
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_value_of_merged_and_split_tables_arrives_where_the_plan_says()
    {
        await using var move = await Move.CreateAsync(servers, Source, Target, Token);
        var plan = await move.PreflightAsync(Plan, Token);

        var result = await move.RunAsync(plan, null, Token);

        Assert.Equal(
            ["stays", "keepers", "pets", "pets", "treatments"],
            plan.Tables.Select(table => table.Target.Name)
        );
        Assert.Equal(1600 + 2400 + 1000 + 1000 + 9, result.Import.Rows);
        await EqualAsync(
            move,
            """
            select jsonb_build_array('bird', b.id, b.name, b.wings::text, null, u.email)::text from birds b
                left join auth.users u on u.id = b.keeper where gone_at is null
            union all select jsonb_build_array('cat', id, coalesce(name, 'nameless ' || id), null, paws, null)::text
                from cats where paws > 0
            order by 1
            """,
            "select jsonb_build_array(kind, p.id, name, wings::text, paws, k.email)::text from pets p left "
                + "join keepers k on k.id = p.keeper order by 1"
        );
        await EqualAsync(
            move,
            "select jsonb_build_array(v.id, doctor, price::text, u.email)::text from visits v join "
                + "auth.users u on u.id = v.keeper where kind = 'doctor' order by 1",
            "select jsonb_build_array(t.id, doctor, price::text, k.email)::text from treatments t join "
                + "keepers k on k.id = t.keeper order by 1"
        );
        await EqualAsync(
            move,
            "select jsonb_build_array(id, hotel, nights, (price / 2)::text)::text from visits where kind = "
                + "'hotel' order by 1",
            "select jsonb_build_array(id, hotel, nights, price::text)::text from stays order by 1"
        );
    }

    private static async Task EqualAsync(Move move, string ofSource, string ofTarget)
    {
        var rows = await Move.RowsAsync(move.Source, ofSource, Token);
        Assert.NotEmpty(rows);
        Assert.Equal(rows.Order(), (await Move.RowsAsync(move.Target, ofTarget, Token)).Order());
    }
}
