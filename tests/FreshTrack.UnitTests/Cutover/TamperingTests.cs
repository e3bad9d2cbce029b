using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover;

/// <summary>Whatever is done to a sealed folder is seen, and the file is named.</summary>
public sealed class TamperingTests : IDisposable
{
    private const int LargeFileBytes = 1 << 20;
    private const int EveryByteUpTo = 4096;
    private const int SeededPositions = 64;

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public async Task A_flipped_bit_in_any_byte_of_any_file_is_refused_with_the_name_of_the_file()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = await StoredRun.CreateAsync(
            runs,
            path => File.WriteAllBytes(Path.Combine(path, "load-readings_24h.hlog"), new byte[LargeFileBytes])
        );
        var flips = new Random(1);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order().ToList())
        {
            var name = Path.GetRelativePath(folder, path);
            var bytes = await File.ReadAllBytesAsync(path, token);
#pragma warning disable CA5394 // Seeded, so that a miss can be repeated.
            var positions =
                bytes.Length <= EveryByteUpTo
                    ? Enumerable.Range(0, bytes.Length)
                    : Enumerable.Range(0, SeededPositions).Select(_ => flips.Next(bytes.Length));
            foreach (var position in positions)
            {
                var bit = (byte)(1 << flips.Next(8));
#pragma warning restore CA5394
                bytes[position] ^= bit;
                await File.WriteAllBytesAsync(path, bytes, token);
                var refused = await Assert.ThrowsAsync<RefusedException>(() => Seal.VerifyAsync(folder, token));
                Assert.True(
                    refused.Message.StartsWith($"{name} in {folder} "),
                    $"byte {position} of {name}: {refused.Message}"
                );
                bytes[position] ^= bit;
            }

            await File.WriteAllBytesAsync(path, bytes, token);
        }

        await Seal.VerifyAsync(folder, token);
    }

    [Theory]
    [InlineData("is missing; it was there when the run was sealed")]
    [InlineData("is not what was sealed")]
    [InlineData("was added after the run was sealed")]
    public async Task A_file_that_went_was_emptied_or_came_is_named(string said)
    {
        var folder = await StoredRun.CreateAsync(runs);
        var path = Path.Combine(folder, "load.json");
        if (said.StartsWith("is missing"))
        {
            File.Delete(path);
        }
        else if (said.StartsWith("was added"))
        {
            path = Path.Combine(folder, "logs", "another.log");
            await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
        }
        else
        {
            await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
        }

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            Seal.VerifyAsync(folder, TestContext.Current.CancellationToken)
        );

        Assert.StartsWith($"{Path.GetRelativePath(folder, path)} in {folder} {said}", refused.Message);
    }

    [Theory]
    [InlineData("load.json")]
    [InlineData("logs")]
    [InlineData("gate.json")]
    public async Task A_link_is_refused_by_name_even_to_equal_bytes(string name)
    {
        var folder = await StoredRun.CreateAsync(runs);
        var (path, elsewhere) = (Path.Combine(folder, name), Path.Combine(runs, "elsewhere"));
        if (Path.Exists(path))
        {
            Directory.Move(path, elsewhere);
        }

        File.CreateSymbolicLink(path, elsewhere);

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            Seal.VerifyAsync(folder, TestContext.Current.CancellationToken)
        );

        Assert.StartsWith($"{name} in {folder} is a link to {elsewhere}.", refused.Message);
    }

    [Fact]
    public async Task A_file_under_its_name_in_another_case_is_refused()
    {
        var folder = await StoredRun.CreateAsync(runs);
        File.Move(Path.Combine(folder, "load.json"), Path.Combine(folder, "Load.json"));

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            Seal.VerifyAsync(folder, TestContext.Current.CancellationToken)
        );

        Assert.StartsWith($"Load.json in {folder} was added after the run was sealed", refused.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage\n")]
    public async Task A_seal_that_is_none_is_refused(string text)
    {
        var folder = await StoredRun.CreateAsync(runs);
        await File.WriteAllTextAsync(Path.Combine(folder, Seal.FileName), text, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<RefusedException>(() =>
            Seal.VerifyAsync(folder, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Lines_of_the_seal_that_changed_places_are_refused()
    {
        var folder = await StoredRun.CreateAsync(runs);
        var path = Path.Combine(folder, Seal.FileName);
        var lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        (lines[0], lines[1]) = (lines[1], lines[0]);
        await File.WriteAllTextAsync(path, string.Join('\n', lines) + "\n", TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            Seal.VerifyAsync(folder, TestContext.Current.CancellationToken)
        );

        Assert.StartsWith($"SHA256SUMS in {folder} was changed in line 1", refused.Message);
    }
}
