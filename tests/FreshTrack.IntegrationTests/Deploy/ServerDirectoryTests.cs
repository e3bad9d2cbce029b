using FreshTrack.Cutover.Deploy;

namespace FreshTrack.IntegrationTests.Deploy;

/// <summary>Where <c>Deploy --previous</c> leads to.</summary>
public sealed class ServerDirectoryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("server").FullName;
    private readonly ServerDirectory directory;

    public ServerDirectoryTests() => directory = new ServerDirectory(new ServerShell(new ServerAddress()), folder);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Step_back_that_is_asked_for_again_after_a_failure_leads_to_the_same_release()
    {
        var (first, second, third) = (await PutAsync("1"), await PutAsync("2"), await PutAsync("3"));
        await DeployAsync(first);
        await DeployAsync(second);
        await DeployAsync(third);

        await directory.BeginBackAsync(second, Token);
        await directory.SwitchAsync(second, Token);
        Assert.Equal(second, await directory.WayBackAsync(Token));

        await directory.SwitchAsync(second, Token);
        await directory.KeepAsync(second, Token);
        Assert.Equal(third, await directory.WayBackAsync(Token));
    }

    [Fact]
    public async Task Step_back_from_a_release_that_never_came_to_its_end_leads_no_further_when_asked_for_again()
    {
        var (first, second, broken) = (await PutAsync("1"), await PutAsync("2"), await PutAsync("broken"));
        await DeployAsync(first);
        await DeployAsync(second);
        await directory.SwitchAsync(broken, Token);
        Assert.Equal(second, await directory.WayBackAsync(Token));

        await directory.BeginBackAsync(second, Token);
        await directory.SwitchAsync(second, Token);
        Assert.Equal(second, await directory.WayBackAsync(Token));

        await directory.KeepAsync(second, Token);
        Assert.Equal(first, await directory.WayBackAsync(Token));
    }

    [Fact]
    public async Task Step_back_that_failed_is_over_once_another_release_is_deployed()
    {
        var (first, second) = (await PutAsync("1"), await PutAsync("2"));
        await DeployAsync(first);
        await DeployAsync(second);
        await directory.BeginBackAsync(first, Token);
        await directory.SwitchAsync(first, Token);

        await DeployAsync(second);

        Assert.Equal(first, await directory.WayBackAsync(Token));
        Assert.Null(await directory.ReleaseAsync(ServerDirectory.Back, Token));
    }

    private async Task DeployAsync(string id)
    {
        await directory.SwitchAsync(id, Token);
        await directory.KeepAsync(id, Token);
    }

    private async Task<string> PutAsync(string text)
    {
        var release = Release.Read(folder, [], new Dictionary<string, string> { ["text"] = text });
        await directory.PutAsync(release, Token);
        return release.Id;
    }
}
