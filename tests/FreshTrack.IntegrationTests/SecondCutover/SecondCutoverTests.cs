using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Steps;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.SecondCutover;

/// <summary>After a rollback everything is moved once more.</summary>
public sealed class SecondCutoverTests(Servers servers)
{
    private const string Second = "20260116T000000.000Z-cutover";

    /// <summary>What a week on the new side leaves: of users, and of the API itself.</summary>
    private const string OnTheNewSide = """
        insert into users (id, email, email_confirmed_at) values ('{0}', 'night@example.org', now());
        insert into user_roles (user_id, organization_id, role) select '{0}', id, 'viewer' from organizations limit 1;
        insert into sensor_readings (unit_id, temperature, recorded_at, received_at)
        select id, 38.5, now(), now() from units limit 5;
        insert into api.unit_watch (unit_id, seen_through) select id, now() from units on conflict do nothing;
        insert into api.unread_uplinks (organization_id, recorded_at, reason, f_cnt) select id, now(), 'x', 1
        from organizations limit 1;
        insert into api.outbox (organization_id, alert_id, reason, channel, user_id, due_at)
        select organization_id, id, 'x', 'email', '{0}', now() from alerts limit 1;
        update api.maintenance set is_on = true;
        """;

    private const string Filled = """
        select table_schema || '.' || table_name from information_schema.tables
        where table_schema in ('public', 'api') and table_type = 'BASE TABLE'
          and (xpath('/row/c/text()', query_to_xml(format('select exists (select from %I.%I) as c',
              table_schema, table_name), false, true, '')))[1]::text = 'true'
        order by 1
        """;

    private const string Declared = """
        select pg_get_constraintdef(oid) || convalidated::text || conrelid::regclass::text from pg_constraint
            where connamespace in ('public'::regnamespace, 'api'::regnamespace) and contype <> 'n'
        union all select indexdef from pg_indexes where schemaname in ('public', 'api')
        union all select tgrelid::regclass || tgname::text || tgenabled::text from pg_trigger where not tgisinternal
        order by 1
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_return_the_target_is_cleared_and_everything_moves_again()
    {
        await using var stage = await SecondCutoverStage.CreateAsync(servers);
        var before = await stage.TargetAsync(Declared);
        var settings = await stage.TargetAsync(Filled);
        // Of the source, between the two nights: who left, and who had signed up on the new side.
        await OnSourceAsync(stage, User($"{Guid.CreateVersion7()}", "leaves@example.org"));
        await stage.MoveAsync(EarlierNight.Cutover);
        await stage.VerifyAsync();
        var declared = await stage.TargetAsync(Declared);
        var account = await stage.Project.CreateAsync("night@example.org");
        await Move.ExecuteAsync(stage.Move.Target, OnTheNewSide.Replace("{0}", account), Token);
        await stage.Earlier.OverAsync();

        var early = await stage.TakeAsync(TargetSteps.ClearAsync);

        Assert.Equal(Verdict.Fail, early.Verdict);
        Assert.Contains($"traffic moved to what run {EarlierNight.Cutover} wrote", early.Summary);
        var returned = Guid.CreateVersion7();
        await ReturnAsync(stage, returned, account);
        await OnSourceAsync(stage, "delete from auth.users where email = 'leaves@example.org'");

        var cleared = await stage.TakeAsync(TargetSteps.ClearAsync);

        Assert.True(cleared.Verdict == Verdict.Pass, cleared.Summary);
        Assert.Equal(settings, await stage.TargetAsync(Filled));
        Assert.Equal(before, await stage.TargetAsync(Declared));
        Assert.Equal(["true"], await stage.TargetAsync("select is_on::text from api.maintenance"));
        var preflight = await stage.TakeAsync(PreflightSteps.RunAsync);
        Assert.True(preflight.Verdict is Verdict.Pass or Verdict.Warn, preflight.Summary);
        var moved = await stage.MoveAsync(Second);
        await stage.VerifyAsync();
        Assert.Equal((0, 1), (moved.Users.Created, moved.Users.Adopted));
        Assert.Equal(
            [account],
            await stage.TargetAsync($"select target_id::text from migration.user_map where source_id = '{returned}'")
        );
        Assert.Equal(declared, await stage.TargetAsync(Declared));
    }

    [Fact]
    public async Task After_an_undo_amid_the_import_keys_and_indexes_are_back_and_everything_moves_again()
    {
        await using var stage = await SecondCutoverStage.CreateAsync(servers);
        var before = await stage.TargetAsync(Declared);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            stage.MoveAsync(EarlierNight.Cutover, new Meanwhile("import", [8], cut.Cancel), cut.Token)
        );
        await stage.LiftAsync();
        await stage.Earlier.CutoverAsync("export.parts");
        await stage.Earlier.RollbackAsync(repeated: null);
        Assert.NotEqual(before, await stage.TargetAsync(Declared));

        var cleared = await stage.TakeAsync(TargetSteps.ClearAsync);

        Assert.True(cleared.Verdict == Verdict.Pass, cleared.Summary);
        Assert.Equal(before, await stage.TargetAsync(Declared));
        await stage.MoveAsync(Second);
        await stage.VerifyAsync();
    }

    [Fact]
    public async Task The_object_store_says_what_became_of_a_night_on_another_machine()
    {
        await using var stage = await SecondCutoverStage.CreateAsync(servers);
        await stage.MoveAsync(EarlierNight.Cutover);

        var unknown = await stage.TakeAsync(TargetSteps.ClearAsync);
        Assert.Contains("neither", unknown.Summary);
        await stage.Earlier.OverAsync();
        await stage.Earlier.RollbackAsync(repeated: 0);
        await MirrorAsync(stage, EarlierNight.Cutover);
        await MirrorAsync(stage, EarlierNight.Rollback);

        var cleared = await stage.TakeAsync(TargetSteps.ClearAsync);

        Assert.Equal(Verdict.Fail, unknown.Verdict);
        Assert.True(cleared.Verdict == Verdict.Pass, cleared.Summary);
        Assert.Equal(["0"], await stage.TargetAsync("select count(*)::text from sensor_readings"));
    }

    [Fact]
    public async Task A_clearing_that_was_cut_off_before_its_indexes_is_finished()
    {
        await using var stage = await SecondCutoverStage.CreateAsync(servers);
        var before = await stage.TargetAsync(Declared);
        await Move.ExecuteAsync(stage.Move.Target, DeferOneIndex, Token);

        var cleared = await stage.TakeAsync(TargetSteps.ClearAsync);

        Assert.True(cleared.Verdict == Verdict.Pass, cleared.Summary);
        Assert.Contains("are back", cleared.Summary);
        Assert.Equal(before, await stage.TargetAsync(Declared));
        Assert.Contains("nothing", (await stage.TakeAsync(TargetSteps.ClearAsync)).Summary);
    }

    private const string DeferOneIndex = """
        create schema migration;
        create table migration.ledger (run_id text not null, part_key text not null, target_table text not null,
            rows bigint not null, sha256 text not null, imported_at timestamptz not null,
            primary key (run_id, part_key));
        create table migration.created (run_id text, schema_name text, name text);
        create table migration.deferred (id bigint generated always as identity primary key, step int not null,
            target_table text not null, name text not null, definition text not null,
            unique (step, target_table, name));
        insert into migration.deferred (step, target_table, name, definition)
        select 0, 'public.alerts', indexname, indexdef from pg_indexes where indexname = 'alerts_unit_id_idx';
        drop index alerts_unit_id_idx;
        """;

    /// <summary>As a return does: the user is in the source, and the map says who they are.</summary>
    private static async Task ReturnAsync(SecondCutoverStage stage, Guid returned, string account)
    {
        await stage.LiftAsync();
        await OnSourceAsync(stage, User($"{returned}", "night@example.org"));
        await Move.ExecuteAsync(
            stage.Move.Target,
            $"""
            insert into migration.user_map (source_id, target_id, email, created_at, retain_until, run_id)
            values ('{returned}', '{account}', 'night@example.org', now(), now() + interval '90 days',
                '{EarlierNight.Rollback}')
            """,
            Token
        );
        await stage.Earlier.RollbackAsync(repeated: 0);
    }

    private static async Task MirrorAsync(SecondCutoverStage stage, string runId)
    {
        var path = stage.Earlier.PathOf(runId);
        using (var evidence = EvidenceFolder.Open(Path.GetDirectoryName(path)!, runId))
        {
            await using var journal = await JournalFile.OpenAsync(
                evidence.PathOf(JournalFile.FileName),
                TimeProvider.System,
                Token
            );
            await new JournalMirror(stage.Move.Store, runId).KeepAsync(journal, evidence, Token);
        }

        Directory.Delete(path, recursive: true);
    }

    private static string User(string id, string email) =>
        $"insert into auth.users (id, email, created_at, updated_at) values ('{id}', '{email}', now(), now())";

    private static Task OnSourceAsync(SecondCutoverStage stage, string sql) =>
        Move.ExecuteAsync(stage.Move.SourceAdministrator, sql, Token);
}
