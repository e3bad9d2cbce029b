using System.Net;
using FreshTrack.Migration;
using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Importing;
using FreshTrack.Migration.Users;

namespace FreshTrack.IntegrationTests.Migration;

public sealed class MoveTests(Servers servers)
{
    private const string Columns = """
        jsonb_build_array("Id", "Some Name", note, doc, tags, moods::text[], feeling::text, price::text, ratio::text,
        seen, local, at, span, raw, code, octet_length(fixed), fixed, parent, doubled)::text
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_value_of_an_awkward_schema_arrives_as_it_was()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);

        var result = await move.RunAsync(plan, null, Token);

        Assert.Equal(9020, result.Import.Rows);
        Assert.True(result.Manifest.Parts.Count > 6, "tables are cut into chunks");
        Assert.Equal(
            await Move.RowsAsync(
                move.Source,
                $"""select {Columns} || old_name from "Mixed ""Case"" Things" order by "Id" """,
                Token
            ),
            await Move.RowsAsync(move.Target, $"""select {Columns} || "New Name" from things order by "Id" """, Token)
        );
        const string Measurements =
            "select jsonb_build_array(id, taken_at, value::text)::text from measurements order by id";
        Assert.Equal(
            await Move.RowsAsync(move.Source, Measurements, Token),
            await Move.RowsAsync(move.Target, Measurements, Token)
        );
        Assert.Equal(
            await Move.RowsAsync(
                move.Source,
                """
                select coalesce(email, '-')
                from "Mixed ""Case"" Things" t left join auth.users u on u.id = t.owner order by "Id"
                """,
                Token
            ),
            await Move.RowsAsync(
                move.Target,
                """select coalesce(email, '-') from things t left join people p on p.id = t.owner order by "Id" """,
                Token
            )
        );
    }

    [Fact]
    public async Task Keys_indexes_triggers_and_sequences_are_as_before_afterwards()
    {
        const string Objects = """
            select pg_get_constraintdef(oid) || convalidated::text || conrelid::regclass::text from pg_constraint
                where connamespace = 'public'::regnamespace and conparentid = 0 and contype <> 'n'
            union all select regexp_replace(indexdef, ' (INCLUDE|WITH) .*', '') from pg_indexes
                where schemaname = 'public' and tablename !~ '_(default|\d+_\d+)$'
            union all select tgname::text || tgenabled::text from pg_trigger where not tgisinternal
            union all select conrelid::regclass::text || ' valid index ' from pg_constraint c
                join pg_index i on i.indexrelid = c.conindid where i.indisvalid
                and connamespace = 'public'::regnamespace and conparentid = 0
            order by 1
            """;
        await using var move = await Move.AwkwardAsync(servers, Token);
        var before = await Move.RowsAsync(move.Target, Objects, Token);

        await move.RunAsync(await move.PreflightAsync(AwkwardSchema.Plan, Token), null, Token);

        Assert.Equal(before, await Move.RowsAsync(move.Target, Objects, Token));
        Assert.Equal(
            ["6001"],
            await Move.RowsAsync(
                move.Target,
                "insert into measurements (taken_at) values ('2026-01-01') returning id::text",
                Token
            )
        );
        Assert.Equal(
            ["0"],
            await Move.RowsAsync(move.Target, "select count(*)::text from measurements_default", Token)
        );
        Assert.Equal(
            ["measurements_2025_12", "measurements_2026_01", "measurements_default"],
            await Move.RowsAsync(
                move.Target,
                "select inhrelid::regclass::text from pg_inherits where inhparent = "
                    + "'measurements'::regclass order by 1",
                Token
            )
        );
    }

    [Fact]
    public async Task Users_are_created_once_without_their_password_and_mapped_for_ninety_days()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        move.Users.Trouble.Enqueue(HttpStatusCode.TooManyRequests);
        move.Users.Trouble.Enqueue(HttpStatusCode.InternalServerError);
        var mapper = new UserMapper(move.Source, move.Target, move.StackAuth, TimeProvider.System);

        var first = await mapper.RunAsync(plan, move.Options.RunId, null, Token);
        var second = await mapper.RunAsync(plan, move.Options.RunId, null, Token);

        Assert.Equal(new UserMapResult(20, 20), first);
        Assert.Equal(new UserMapResult(20, 0), second);
        Assert.Equal(20, move.Users.Count);
        Assert.DoesNotContain(move.Users.Bodies, body => body.Contains("hash-"));
        Assert.Equal(
            ["20"],
            await Move.RowsAsync(
                move.Target,
                "select count(*)::text from migration.user_map where retain_until = created_at + interval '2160 hours'",
                Token
            )
        );
    }

    [Fact]
    public async Task A_user_id_without_a_counterpart_stops_the_import_with_table_column_and_count()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        var manifest = await new Exporter(move.Source, move.Store, TimeProvider.System).RunAsync(
            plan,
            move.Options,
            null,
            Token
        );
        await new UserMapper(move.Source, move.Target, move.StackAuth, TimeProvider.System).RunAsync(
            plan,
            move.Options.RunId,
            null,
            Token
        );
        await Move.ExecuteAsync(move.Target, "delete from migration.user_map where email = 'user3@example.org'", Token);

        var error = await Assert.ThrowsAsync<MigrationException>(() =>
            new Importer(move.Target, move.Store, TimeProvider.System).RunAsync(
                plan,
                manifest,
                move.Options with
                {
                    Workers = 1,
                },
                null,
                Token
            )
        );

        Assert.Matches(
            @"^\d+ rows of public\.(things|people), chunk \d+, hold user ids in '(owner|id)' that "
                + @"migration\.user_map lacks",
            error.Message
        );
    }
}
