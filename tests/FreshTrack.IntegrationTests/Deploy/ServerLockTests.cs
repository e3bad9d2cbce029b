using System.Diagnostics;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Deploy;

/// <summary>One deployment at a time, also after one that was killed.</summary>
public sealed class ServerLockTests : IDisposable
{
    private static readonly ServerShell Shell = new(new ServerAddress());

    private readonly string folder = Directory.CreateTempSubdirectory("lock").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Second_one_is_told_who_has_it_and_since_when_and_gets_it_afterwards()
    {
        var first = await TakeAsync("release 1");
        var refused = await Assert.ThrowsAsync<RefusedException>(() => TakeAsync("release 2"));
        Assert.Matches(
            $"{Environment.UserName} on {Environment.MachineName} with release 1, since [0-9-]+ [0-9:]+ UTC",
            refused.Message
        );
        Assert.Contains("run this again", refused.Message);
        first.Demand();

        await first.DisposeAsync();

        await using var second = await TakeAsync("release 2");
        second.Demand();
    }

    [Fact]
    public async Task Holder_that_is_killed_has_it_no_longer()
    {
        using var holder = await HolderAsync(TimeSpan.FromMinutes(10));
        await Assert.ThrowsAsync<RefusedException>(() => TakeAsync("release 2"));

        holder.Kill(entireProcessTree: true);
        await holder.WaitForExitAsync(Token);

        await (await TakeAsync("release 2")).DisposeAsync();
    }

    [Fact]
    public async Task Holder_whose_connection_is_dead_without_a_word_has_it_no_longer()
    {
        using var holder = await HolderAsync(TimeSpan.FromSeconds(1));

        // Its input stays open, as that of a connection whose other end is gone.
        await holder.WaitForExitAsync(Token);

        await (await TakeAsync("release 2")).DisposeAsync();
    }

    [Fact]
    public async Task Directory_that_cannot_be_written_is_named()
    {
        var failed = await Assert.ThrowsAsync<ServerException>(() =>
            ServerLock.TakeAsync(Shell, "/proc/freshtrack", "release 1", TimeProvider.System, Token)
        );

        Assert.Contains("/proc/freshtrack", failed.Message);
    }

    private Task<ServerLock> TakeAsync(string what) =>
        ServerLock.TakeAsync(Shell, folder, what, TimeProvider.System, Token);

    /// <summary>What a server runs for another process.</summary>
    private async Task<Process> HolderAsync(TimeSpan patience)
    {
        var words = ServerLock.Command(folder, "somebody", patience);
        var holder = Process.Start(
            new ProcessStartInfo(words[0], words.Skip(1))
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        Assert.Equal("taken", await holder.StandardOutput.ReadLineAsync(Token));
        return holder;
    }
}
