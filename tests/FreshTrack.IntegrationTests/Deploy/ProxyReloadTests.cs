using System.Net;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests.Stack;
using FreshTrack.IntegrationTests.Stack.Running;

namespace FreshTrack.IntegrationTests.Deploy;

/// <summary>The stack's Caddy gets another Caddyfile while it answers.</summary>
public sealed class ProxyReloadTests(DeployedServer stack) : IClassFixture<DeployedServer>
{
    private const string Said = "There is nothing here.";

    private static readonly Uri Page = new("https://api.freshtrackpro.com/");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>In full depth: a second engine is started and filled first.</summary>
    [Fact(Explicit = true)]
    public async Task Changed_Caddyfile_is_taken_in_without_a_failed_request_and_kept_by_a_container_that_starts_again()
    {
        await stack.MakeSecretsAsync();
        await stack.Server.LoadAsync([stack.Reference(ImageCatalog.Caddy)], Token);
        Assert.Equal(("caddy", ""), await DeployAsync(Said));
        var container = await ContainerAsync();
        Assert.Contains(Said, await AskAsync());

        var visitors = new SteadyRequests(await stack.ClientAsync(), Page, HttpStatusCode.NotFound);
        Assert.Equal(("", "caddy"), await DeployAsync("Nothing to see."));
        Assert.Equal(("", ""), await DeployAsync("Nothing to see."));
        Assert.Equal(("", "caddy"), await DeployAsync("Nothing at all."));
        Assert.Empty((await visitors.EndAsync()).Failures);
        Assert.Contains("Nothing at all.", await AskAsync());

        await Assert.ThrowsAsync<ServerException>(() => DeployAsync("`no_such_directive"));
        await stack.InCaddyAsync("restart");
        Assert.Contains("Nothing at all.", await AskAsync());
        Assert.Equal(container, await ContainerAsync());

        Assert.Equal(("caddy", ""), await DeployAsync("Of another container.", "STATUS_HOST=other.freshtrackpro.com"));
        Assert.Contains("Of another container.", await AskAsync());
        Assert.NotEqual(container, await ContainerAsync());
    }

    /// <param name="text">What is answered where there is nothing.</param>
    private async Task<(string Replaced, string Reloaded)> DeployAsync(string text, params string[] variables)
    {
        var file = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Find(), DeployedServer.Caddyfile), Token);
        var release = stack.Release(stack.Reference(ImageCatalog.Api), file.Replace(Said, text), variables);
        var plan = await stack
            .Deployment(seconds: 60)
            .DeployAsync(release, ["caddy"], new Reports<string>(_ => { }), Token);
        return (string.Join('|', plan.Rounds.Select(round => string.Join(' ', round))), string.Join(' ', plan.Reloads));
    }

    private Task<string> ContainerAsync() => stack.InCaddyAsync("inspect", "--format", "{{.Id}}");

    // A Caddy that has just started makes its certificates first.
    private async Task<string> AskAsync()
    {
        using var client = await stack.ClientAsync();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await (await client.GetAsync(Page, Token)).Content.ReadAsStringAsync(Token);
            }
            catch (HttpRequestException) when (attempt < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), Token);
            }
        }
    }
}
