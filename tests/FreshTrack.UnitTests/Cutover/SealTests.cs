using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover;

public sealed class SealTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("seal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task An_untouched_folder_verifies_to_the_hash_it_was_sealed_with()
    {
        await FillAsync();
        var sealedWith = await Seal.WriteAsync(folder, TestContext.Current.CancellationToken);

        Assert.Equal(sealedWith, await Seal.VerifyAsync(folder, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("load.json")]
    [InlineData("run.json")]
    [InlineData("logs/api.log")]
    public async Task A_flipped_byte_is_refused_with_the_name_of_its_file(string name)
    {
        await FillAsync();
        await Seal.WriteAsync(folder, TestContext.Current.CancellationToken);
        var path = Path.Combine(folder, name);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[0] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            Seal.VerifyAsync(folder, TestContext.Current.CancellationToken)
        );

        Assert.StartsWith(name, refused.Message);
    }

    [Fact]
    public async Task A_line_taken_out_of_the_seal_is_refused()
    {
        await FillAsync();
        await Seal.WriteAsync(folder, TestContext.Current.CancellationToken);
        var path = Path.Combine(folder, Seal.FileName);
        var lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(path, lines[1..], TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<RefusedException>(() =>
            Seal.VerifyAsync(folder, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Outputs_of_the_gate_are_not_part_of_the_seal()
    {
        await FillAsync();
        var before = await Seal.WriteAsync(folder, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "gate.json"), "{}", TestContext.Current.CancellationToken);

        Assert.Equal(before, await Seal.VerifyAsync(folder, TestContext.Current.CancellationToken));
    }

    private async Task FillAsync()
    {
        Directory.CreateDirectory(Path.Combine(folder, "logs"));
        foreach (var name in new[] { "run.json", "load.json", "logs/api.log" })
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, name),
                $"content of {name}",
                TestContext.Current.CancellationToken
            );
        }
    }
}
