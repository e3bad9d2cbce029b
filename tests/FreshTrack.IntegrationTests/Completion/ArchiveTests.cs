using System.Security.Cryptography;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Completion;

/// <summary>What stays of a cutover after a week.</summary>
public sealed class ArchiveTests(Servers servers) : IDisposable
{
    private const string Cutover = "20260115T000000.000Z-cutover";
    private const string Archive = $"archives/{Cutover}/";

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public async Task Parts_snapshot_and_sealed_evidence_are_readable_under_a_prefix_of_their_own()
    {
        using var store = new ObjectStore(ObjectStoreAddress.Parse(servers.ObjectStore));
        var part = RandomNumberGenerator.GetBytes(100_000);
        await store.EnsureBucketAsync(Token);
        await store.PutAsync($"runs/{Cutover}/public.units/00000-000.copy.zst", part, Token);
        await store.PutAsync($"snapshots/{Cutover}/00000", "dump"u8.ToArray(), Token);
        await store.PutAsync("runs/20260114T000000.000Z-cutover/part", "another run's"u8.ToArray(), Token);
        await WriteEvidenceAsync(isSealed: true);

        var kept = await KeepAsync(store);

        Assert.True(kept.Verdict == Verdict.Pass, kept.Summary);
        await foreach (var key in store.ListAsync($"runs/{Cutover}/", Token))
        {
            await store.DeleteAsync(key, Token);
        }

        var back = await store.ReadAsync($"{Archive}runs/{Cutover}/public.units/00000-000.copy.zst", Token);
        Assert.Equal(SHA256.HashData(part), SHA256.HashData(back!));
        Assert.Equal("dump"u8.ToArray(), await store.ReadAsync($"{Archive}snapshots/{Cutover}/00000", Token));
        var archived = await store.ListAsync(Archive, Token).ToListAsync(Token);
        Assert.DoesNotContain(archived, key => key.Contains("20260114"));
        await RestoreAsync(store, archived);
        Assert.Equal(new ArchiveOutput(Archive, 2, part.Length + 4), kept.Output);
    }

    [Fact]
    public async Task Evidence_that_was_never_sealed_is_a_warning()
    {
        using var store = new ObjectStore(ObjectStoreAddress.Parse(servers.ObjectStore));
        await store.EnsureBucketAsync(Token);
        await store.PutAsync($"runs/{Cutover}/part", "x"u8.ToArray(), Token);
        await WriteEvidenceAsync(isSealed: false);

        var kept = await KeepAsync(store);

        Assert.Equal(Verdict.Warn, kept.Verdict);
        Assert.Contains("never sealed", kept.Summary);
    }

    [Fact]
    public async Task A_store_that_has_nothing_of_the_cutover_fails()
    {
        using var store = new ObjectStore(ObjectStoreAddress.Parse(servers.ObjectStore));
        await store.EnsureBucketAsync(Token);
        await WriteEvidenceAsync(isSealed: true);

        var kept = await KeepAsync(store);

        Assert.Equal(Verdict.Fail, kept.Verdict);
        Assert.Contains($"nothing of cutover {Cutover}", kept.Summary);
    }

    [Fact]
    public async Task A_store_that_returns_other_bytes_is_noticed()
    {
        await using var flipping = await FlippingStore.StartAsync("archives/", Token);
        using var store = new ObjectStore(ObjectStoreAddress.Parse(flipping.Address));
        await store.PutAsync($"runs/{Cutover}/part", "x"u8.ToArray(), Token);
        await WriteEvidenceAsync(isSealed: true);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => KeepAsync(store));

        Assert.Contains($"'{Archive}runs/{Cutover}/part' was written and reads back otherwise", error.Message);
    }

    /// <summary>The seal holds for what comes out of the archive.</summary>
    private async Task RestoreAsync(ObjectStore store, IEnumerable<string> archived)
    {
        var folder = Path.Combine(runs, "restored");
        const string evidence = $"{Archive}evidence/";
        foreach (var key in archived.Where(key => key.StartsWith(evidence)))
        {
            var path = Path.Combine(folder, key[evidence.Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, (await store.ReadAsync(key, Token))!, Token);
        }

        await Seal.VerifyAsync(folder, Token);
        Assert.Equal("of the night", await File.ReadAllTextAsync(Path.Combine(folder, "note.txt"), Token));
    }

    private async Task WriteEvidenceAsync(bool isSealed)
    {
        using var evidence = EvidenceFolder.Open(runs, Cutover);
        await evidence.WriteTextAsync("note.txt", "of the night", Token);
        if (isSealed)
        {
            await Seal.WriteAsync(evidence.Path, Token);
        }
    }

    private async Task<StepResult> KeepAsync(ObjectStore store)
    {
        using var evidence = EvidenceFolder.CreateTemporary("complete", TimeProvider.System.GetUtcNow());
        var run = new RunContext(
            new CutoverEnvironment("test", EnvironmentKind.Stage) { ObjectStore = store },
            PlanFile.Parse("version: 1\ntables:\n  - source: units\n", "plan.yaml"),
            evidence,
            TimeProvider.System
        )
        {
            Follows = new FollowedRun(Cutover, Path.Combine(runs, Cutover), []),
        };
        return await ArchiveSteps.KeepAsync(run, new Progress<StepProgress>(), Token);
    }
}
