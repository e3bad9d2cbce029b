using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Migration;
using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Importing;
using FreshTrack.Migration.Parts;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration;

public sealed class DamagedPartTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("flipped")]
    [InlineData("truncated")]
    [InlineData("empty")]
    public async Task Parts_that_were_damaged_after_the_export_are_exported_again_by_the_import(string damage)
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var (plan, manifest) = await ExportAsync(move, AwkwardSchema.Plan);
        var parts = manifest.Parts.Where(part => part.Table == "public.things").TakeLast(2).ToList();
        foreach (var part in parts)
        {
            await DamageAsync(move.Store, part.Key, damage);
        }

        await move.RunAsync(plan, null, Token);

        await Whole.AssertAsync(move, plan, Token);
        var again = (await Exporter.FindAsync(move.Store, move.Options.RunId, Token))!.Parts;
        Assert.All(parts, part => Assert.Equal(part.Sha256, again.Single(other => other.Key == part.Key).Sha256));
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("truncated")]
    public async Task A_damaged_part_is_named_and_nothing_of_it_arrives(string damage)
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var (plan, manifest) = await ExportAsync(move, AwkwardSchema.Plan);
        var part = manifest.Parts.Last(part => part.Table == "public.things");
        await DamageAsync(move.Store, part.Key, damage);
        await MapUsersAsync(move, plan);

        var error = await Assert.ThrowsAsync<DamagedPartException>(() =>
            new Importer(move.Target, move.Store, TimeProvider.System).RunAsync(
                plan,
                manifest,
                move.Options,
                null,
                Token
            )
        );

        Assert.Equal(part.Key, error.Key);
        Assert.Contains(
            $"Part '{part.Key}' of public.things, chunk {part.Chunk}, is not what was exported",
            error.Message
        );
        Assert.Equal(
            ["0"],
            await Move.RowsAsync(
                move.Target,
                $"select count(*)::text from migration.ledger where part_key = '{part.Key}'",
                Token
            )
        );
    }

    [Fact]
    public async Task A_damaged_part_of_a_source_that_has_changed_is_not_exported_again()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var (plan, manifest) = await ExportAsync(move, AwkwardSchema.Plan);
        var part = manifest.Parts.Last(part => part.Table == "public.things");
        // The export has ended, and its step is restored; the source thaws and takes a write before the import.
        await DamageAsync(move.Store, part.Key, "flipped");
        await MapUsersAsync(move, plan);
        using var evidence = EvidenceFolder.CreateTemporary("move", TimeProvider.System.GetUtcNow());
        var run = new RunContext(
            On.Servers(move.Source, move.Target, move.Store, move.StackAuth),
            plan.Plan,
            evidence,
            TimeProvider.System
        )
        {
            MoveOptions = move.Options,
        };
        run.Resolved.Set(plan);
        run.Manifest.Set(manifest);
        await new Freeze(move.Source, plan.Plan, TimeProvider.System).LiftAsync(Token);

        var error = await Assert.ThrowsAsync<MigrationException>(() =>
            MoveSteps.ImportAsync(run, new Progress<StepProgress>(), Token)
        );

        Assert.StartsWith(
            $"Part '{part.Key}' is damaged and could not be exported again: The source is not frozen",
            error.Message
        );
    }

    [Fact]
    public async Task A_part_that_is_gone_is_named_by_the_import_and_exported_again_by_a_resumed_run()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var (plan, manifest) = await ExportAsync(move, AwkwardSchema.Plan);
        var part = manifest.Parts.First(part => part.Table == "public.measurements");
        await move.Store.DeleteAsync(part.Key, Token);
        await MapUsersAsync(move, plan);

        var error = await Assert.ThrowsAsync<DamagedPartException>(() =>
            new Importer(move.Target, move.Store, TimeProvider.System).RunAsync(
                plan,
                manifest,
                move.Options,
                null,
                Token
            )
        );

        Assert.Contains($"of public.measurements, chunk {part.Chunk}, is missing", error.Message);
        await move.RunAsync(plan, null, Token);
        await Whole.AssertAsync(move, plan, Token);
    }

    [Fact]
    public async Task A_chunk_of_which_some_parts_are_imported_is_exported_again_as_it_was()
    {
        const string Schema = "create table heavy (id int primary key, note text);";
        await using var move = await Move.CreateAsync(
            servers,
            Schema + "insert into heavy select i, repeat(md5(i::text), 32768) from generate_series(1, 40) i",
            Schema,
            Token
        );
        var (plan, manifest) = await ExportAsync(move, "version: 1\ntables: [{ source: heavy }]\n");
        Assert.Equal([(0, 5)], manifest.Parts.GroupBy(part => part.Chunk).Select(chunk => (chunk.Key, chunk.Count())));
        await DamageAsync(move.Store, manifest.Parts[2].Key, "flipped");

        var result = await MoveSlice.RunAsync(
            On.Servers(move.Source, move.Target, move.Store, null),
            TimeProvider.System,
            plan,
            move.Options with
            {
                Workers = 1,
            },
            null,
            Token
        );

        Assert.Equal(2, result.Import.Skipped);
        Assert.Equal(["5"], await Move.RowsAsync(move.Target, "select count(*)::text from migration.ledger", Token));
        await Whole.AssertAsync(move, plan, Token);
    }

    [Fact]
    public async Task An_edited_manifest_is_refused_by_the_name_of_its_entry()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var (plan, manifest) = await ExportAsync(move, AwkwardSchema.Plan);
        var edited = manifest
            .Parts.Select((part, index) => index == 2 ? part with { Rows = part.Rows + 1 } : part)
            .ToList();
        await move.Store.PutAsync(
            Manifest.KeyOf(move.Options.RunId),
            (manifest with { Parts = edited }).ToJson(),
            Token
        );

        var error = await Assert.ThrowsAsync<RefusedException>(() => move.RunAsync(plan, null, Token));

        Assert.Contains($"was edited: entry 3, part '{edited[2].Key}'", error.Message);
        Assert.Equal(["0"], await Move.RowsAsync(move.Target, "select count(*)::text from things", Token));
    }

    private static Task<UserMapResult> MapUsersAsync(Move move, ResolvedPlan plan) =>
        new UserMapper(move.Source, move.Target, move.StackAuth, TimeProvider.System).RunAsync(
            plan,
            move.Options.RunId,
            null,
            Token
        );

    private static async Task<(ResolvedPlan Plan, Manifest Manifest)> ExportAsync(Move move, string text)
    {
        var plan = await move.PreflightAsync(text, Token);
        return (
            plan,
            await new Exporter(move.Source, move.Store, TimeProvider.System).RunAsync(plan, move.Options, null, Token)
        );
    }

    /// <summary>Damages the object's bytes and leaves its labels as they are, as a failing disk does.</summary>
    private static async Task DamageAsync(ObjectStore store, string key, string damage)
    {
        var labels = (await store.DescribeAsync(key, Token))!.Metadata;
        var bytes = (await store.ReadAsync(key, Token))!;
        bytes[bytes.Length / 2] ^= 1;
        using var content = new MemoryStream(
            bytes[
                ..(
                    damage switch
                    {
                        "truncated" => bytes.Length / 2,
                        "empty" => 0,
                        _ => bytes.Length,
                    }
                )
            ]
        );
        await store.PutAsync(key, content, labels, Token);
    }
}
