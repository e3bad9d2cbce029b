using CliWrap;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Processes;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Snapshots;
using FreshTrack.Cutover.Steps;
using FreshTrack.Fixtures.Images;
using FreshTrack.Fixtures.Source;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.IntegrationTests.Migration.Freezing;
using FreshTrack.Migration;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Cutover;

/// <summary>The archive of the source: in objects, read back, and good for a restore.</summary>
public sealed class SnapshotTests(Servers servers) : IAsyncLifetime
{
    private const int ObjectBytes = 64 * 1024;
    private const int Organizations = 20_000;

    private static readonly Progress<StepProgress> Ignored = new();

    private readonly EvidenceFolder evidence = EvidenceFolder.CreateTemporary(
        "snapshot",
        TimeProvider.System.GetUtcNow()
    );

    private SupabaseSource source = null!;
    private ObjectStore store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Folder => Snapshot.FolderOf(evidence.RunId);

    public async ValueTask InitializeAsync()
    {
        source = await SupabaseSource.CreateAsync(servers, Token);
        store = new ObjectStore(ObjectStoreAddress.Parse(servers.ObjectStore));
        await source.AsAdministratorAsync(
            "insert into organizations (name, slug) select md5(n::text), n::text "
                + $"from generate_series(1, {Organizations}) n;"
                + "insert into auth.users (id, email) values (gen_random_uuid(), 'ann@example.org')",
            Token
        );
        await source.Freeze.ApplyAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        store.Dispose();
        evidence.Dispose();
        await source.DisposeAsync();
    }

    [Fact]
    public async Task A_restored_archive_has_every_row_and_the_freeze_that_a_lift_takes_off()
    {
        var run = await RunAsync();

        var result = await TakeAsync(run);

        Assert.True(result.Verdict == Verdict.Pass, result.Summary);
        var reader = (await SnapshotReader.FindAsync(store, evidence.RunId, Token))!;
        var copy = await servers.CreateSourceAsync(Token);
        await RestoreAsync(run, reader, copy.Administrator);
        await using var restored = NpgsqlDataSource.Create(copy.Mover);
        Assert.Equal(await CountsAsync(source.Mover), await CountsAsync(restored));
        Assert.Empty(await new Freeze(restored, source.Plan, TimeProvider.System).LiftAsync(Token));
        await Move.ExecuteAsync(restored, "update organizations set name = ''", Token);
    }

    [Fact]
    public async Task The_programs_of_the_image_write_the_same_archive()
    {
        var image = await ImageAsync();
        var programs = await PostgresPrograms.InImageAsync(image, Token);
        using var archive = new MemoryStream();
        var printed = new LastLine();

        var code = await programs
            .Dump(source.MoverAddress, "--format=custom")
            .WithStandardOutputPipe(PipeTarget.ToStream(archive))
            .WithStandardErrorPipe(printed.Pipe)
            .RunAsync(Token);

        Assert.True(code == 0, printed.Text);
        Assert.Equal("PGDMP"u8, archive.ToArray().AsSpan(0, 5));
        Assert.StartsWith("pg_dump (PostgreSQL) 17", programs.Version);
    }

    [Fact]
    public async Task Objects_are_no_larger_than_the_limit_and_listed_with_what_they_hold()
    {
        await TakeAsync(await RunAsync());

        var list = Snapshot.FromJson((await store.ReadAsync(Snapshot.KeyOf(evidence.RunId), Token))!, "list");
        Assert.True(list.Objects.Count > 3);
        Assert.All(list.Objects.SkipLast(1), part => Assert.Equal(ObjectBytes, part.Bytes));
        Assert.Equal(list.Bytes, list.Objects.Sum(part => part.Bytes));
        Assert.Equal(
            list.Objects.Select(part => part.Key).Append(Snapshot.KeyOf(evidence.RunId)),
            await store.ListAsync(Folder, Token).ToListAsync(Token)
        );
    }

    [Fact]
    public async Task A_repeated_step_removes_what_the_one_before_left()
    {
        await store.PutAsync($"{Folder}99999.dump", "half-done"u8.ToArray(), Token);

        var result = await TakeAsync(await RunAsync());

        Assert.Equal(Verdict.Pass, result.Verdict);
        Assert.Null(await store.DescribeAsync($"{Folder}99999.dump", Token));
    }

    [Fact]
    public async Task An_object_that_was_changed_or_lost_is_named()
    {
        await TakeAsync(await RunAsync());
        var reader = (await SnapshotReader.FindAsync(store, evidence.RunId, Token))!;
        var (second, third) = (Snapshot.KeyOf(evidence.RunId, 2), Snapshot.KeyOf(evidence.RunId, 3));
        var content = (await store.ReadAsync(second, Token))!;
        content[^1] ^= 1;

        await store.PutAsync(second, content, Token);
        var changed = await Assert.ThrowsAsync<MigrationException>(() => reader.VerifyAsync(Token));
        content[^1] ^= 1;
        await store.PutAsync(second, content, Token);
        await store.DeleteAsync(third, Token);
        var lost = await Assert.ThrowsAsync<MigrationException>(() => reader.VerifyAsync(Token));

        Assert.StartsWith($"The object '{second}' is not what was written: ", changed.Message);
        Assert.StartsWith($"The object '{third}' is missing: ", lost.Message);
    }

    [Fact]
    public async Task A_dump_that_fails_is_told_with_its_reason_and_leaves_no_list()
    {
        await TakeAsync(await RunAsync());
        var role = $"reader_{Guid.CreateVersion7():N}";
        await source.AsAdministratorAsync($"create role {role} login password 'rehearsal-only'", Token);

        var result = await TakeAsync(await RunAsync(role));

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains("ended with exit code 1: ", result.Summary);
        Assert.Contains("permission denied", result.Summary);
        Assert.Null(await SnapshotReader.FindAsync(store, evidence.RunId, Token));
    }

    [Fact]
    public async Task An_archive_without_the_tables_that_move_is_a_failure()
    {
        var run = await RunAsync(database: (await servers.CreateSourceAsync(Token)).Mover);

        var result = await TakeAsync(run);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains("the archive lacks the rows of ", result.Summary);
        Assert.Null(await SnapshotReader.FindAsync(store, evidence.RunId, Token));
    }

    [Fact]
    public async Task Programs_that_are_too_old_for_the_server_are_refused_with_what_is_there()
    {
        var image = await ImageAsync();

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => PostgresPrograms.FindAsync(99, image, Token));

        Assert.StartsWith(
            "No pg_dump and pg_restore for the source's PostgreSQL 99: on this machine ",
            refusal.Message
        );
        Assert.Contains($"in the image {image} it is pg_dump (PostgreSQL) 17", refusal.Message);
        Assert.EndsWith(
            "Install postgresql-client-99 or newer, or build the image (./build.sh BuildImages).",
            refusal.Message
        );
    }

    private static async Task<string> ImageAsync() =>
        (await ImageSet.ReadAsync(RepositoryRoot.Find(), [ImageCatalog.Postgres], Token)).Reference(
            ImageCatalog.Postgres
        );

    private static Task<List<string>> CountsAsync(NpgsqlDataSource database) =>
        Move.RowsAsync(
            database,
            """
            select c.oid::regclass || ' '
                || (xpath('//n/text()', query_to_xml(format('select count(*) n from %s', c.oid::regclass),
                                                     false, true, '')))[1]
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and n.nspname in ('public', 'auth', 'storage') order by 1
            """,
            Token
        );

    private static async Task RestoreAsync(RunContext run, SnapshotReader reader, string administrator)
    {
        var programs = await PostgresPrograms.FindAsync(15, run.PostgresImage, Token);
        var errors = new List<string>();
        await programs
            .Restore(administrator)
            .WithStandardInputPipe(PipeSource.Create(reader.CopyToAsync))
            .WithStandardErrorPipe(PipeTarget.ToDelegate(errors.Add))
            .RunAsync(Token);
        // Programs of 17 set it, and a server of 15 does not know it.
        Assert.DoesNotContain(
            errors,
            line => line.StartsWith("pg_restore: error: ") && !line.Contains("transaction_timeout")
        );
    }

    private static Task<StepResult> TakeAsync(RunContext run) =>
        SnapshotSteps.TakeAsync(run, ObjectBytes, Ignored, Token);

    /// <param name="role">As whom pg_dump reads; the mover by default.</param>
    /// <param name="database">What pg_dump reads; the source by default.</param>
    private async Task<RunContext> RunAsync(string role = SourceAddress.MoverRole, string? database = null)
    {
        var address = new NpgsqlConnectionStringBuilder(database ?? source.MoverAddress) { Username = role };
        return new RunContext(
            new CutoverEnvironment("test", EnvironmentKind.Stage)
            {
                Source = source.Mover,
                SourceConnection = address.ConnectionString,
                ObjectStore = store,
            },
            source.Plan,
            evidence,
            TimeProvider.System
        )
        {
            PostgresImage = await ImageAsync(),
        };
    }
}
