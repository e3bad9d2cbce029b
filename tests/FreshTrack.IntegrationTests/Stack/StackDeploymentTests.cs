using System.Net;
using System.Text;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests.Stack.Running;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>The stack on another machine's engine: deployed, updated under load, and stepped back.</summary>
public sealed class StackDeploymentTests(DeployedServer stack, ITestOutputHelper output) : IClassFixture<DeployedServer>
{
    private static readonly Uri Health = new(RunningStack.Api, "health");

    private const string Next = "freshtrack-test/api:next";
    private const string Broken = "freshtrack-test/api:broken";

    private static readonly Reports<string> Nobody = new(_ => { });

    private RunningStack Running => stack.Running;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>In full depth: images are copied to the other engine first, which takes a minute or two.</summary>
    [Fact(Explicit = true)]
    public async Task Stack_is_deployed_updated_without_a_failed_request_and_stepped_back()
    {
        var first = stack.Release(stack.Reference(ImageCatalog.Api));
        await LacksSecretsAndImagesAsync(first);

        await stack.Server.LoadAsync(
            [
                stack.Reference(ImageCatalog.Api),
                stack.Reference(ImageCatalog.Postgres),
                stack.Reference(ImageCatalog.Redis),
                stack.Reference(ImageCatalog.Caddy),
                await stack.NextVersionAsync(Next, "LABEL version=next"),
                await stack.NextVersionAsync(Broken, "CMD [\"serve-nothing\"]"),
            ],
            Token
        );
        await DeployAsync(first, "postgres", "redis");
        Assert.Contains("°F", await stack.Compose.RunAsync("commands", ["migrate", "F"], Token));
        await using var readings = await AcknowledgedReadings.PrepareAsync(Running, Token);
        Assert.Equal("api-a|api-b|caddy frontend", await DeployAsync(first));
        Assert.Null(await stack.Directory.WayBackAsync(Token));
        Assert.Equal("", await DeployAsync(first));
        await AnswersAsync(HttpStatusCode.OK);

        var second = stack.Release(Next);
        await readings.StartAsync(Token);
        var load = await LoadAsync();
        Assert.Equal("api-a|api-b", await DeployAsync(second));
        Assert.Equal(first.Id, await stack.Directory.WayBackAsync(Token));
        Assert.Equal("api-a|api-b", await DeployAsync(await stack.Directory.ReadReleaseAsync(first.Id, Token)));
        Assert.Equal(second.Id, await stack.Directory.WayBackAsync(Token));
        var (sent, failures) = await load.EndAsync();
        output.WriteLine($"{sent} requests, {failures.Count} failed");
        Assert.True(sent > 100, $"{sent} requests");
        Assert.Empty(failures);

        await BrokenVersionLeavesTheOtherInstanceServingAsync(first.Id);
        await EveryAcknowledgedReadingIsThereOnceAsync(readings);
        await NothingShowsASecretAsync();
    }

    /// <summary>Who is signed in is asked by the API itself, without anything that it depends on.</summary>
    private async Task<SteadyRequests> LoadAsync() =>
        new(await Running.ClientAsync(Token), SteadyRequests.Alerts, HttpStatusCode.Unauthorized);

    private async Task EveryAcknowledgedReadingIsThereOnceAsync(AcknowledgedReadings readings)
    {
        await readings.StopAsync();
        var account = await readings.CompareAsync(Token);
        output.WriteLine(account.Table);
        output.WriteLine($"{readings.Failed.Count} uplinks failed");
        Assert.Empty(account.Faults);
        Assert.Empty(readings.Failed);

        // The comparison sees what it is there to see, in this database too.
        await Running.SqlAsync(AcknowledgedReadings.LoseOneSql, Token);
        Assert.StartsWith("lost: ", Assert.Single((await readings.CompareAsync(Token)).Faults));
        await Running.SqlAsync(AcknowledgedReadings.DoubleOneSql, Token);
        Assert.Contains((await readings.CompareAsync(Token)).Faults, fault => fault.StartsWith("doubled: "));
    }

    private async Task LacksSecretsAndImagesAsync(Release release)
    {
        var secrets = await Assert.ThrowsAsync<RefusedException>(() => DeployAsync(release));
        Assert.Contains("redis_password", secrets.Message);
        Assert.Contains("mv -f secrets/.new secrets/postgres_owner_password", secrets.Message);
        await stack.MakeSecretsAsync();
        var images = await Assert.ThrowsAsync<RefusedException>(() => DeployAsync(release));
        Assert.Contains(stack.Reference(ImageCatalog.Api), images.Message);
        Assert.Contains("docker load", images.Message);
        // What was refused has changed nothing: the way back still leads to what ran before.
        Assert.Null(await stack.Directory.ReleaseAsync(ServerDirectory.Current, Token));
    }

    private async Task BrokenVersionLeavesTheOtherInstanceServingAsync(string good)
    {
        var load = await LoadAsync();
        var failed = await Assert.ThrowsAsync<ServerException>(() =>
            stack.Deployment(seconds: 15).DeployAsync(stack.Release(Broken), DeployedServer.Application, Nobody, Token)
        );
        Assert.Contains("api-a", failed.Message);
        Assert.Contains("serve-nothing", failed.Message);
        // Also after a second attempt that failed: the way back leads to what ran, not to what was tried.
        Assert.Equal(good, await stack.Directory.WayBackAsync(Token));
        Assert.Equal("api-a", await DeployAsync(await stack.Directory.ReadReleaseAsync(good, Token)));
        Assert.Empty((await load.EndAsync()).Failures);
    }

    private async Task NothingShowsASecretAsync()
    {
        var shown = new StringBuilder($"{await stack.Compose.ConfigAsync(Token)}");
        foreach (var service in await stack.Compose.ServicesAsync(Token))
        {
            shown.Append(await stack.Server.Shell.RunAsync(["docker", "inspect", service.Name], Token));
            shown.Append(
                await stack.Server.Shell.RunAsync(["sh", "-c", "docker logs \"$0\" 2>&1", service.Name], Token)
            );
        }

        Assert.All(
            await stack.SecretsAsync(),
            secret => Assert.False($"{shown}".Contains(secret.Value), $"{secret.Key} is shown")
        );
    }

    private async Task<string> DeployAsync(Release release, params string[] only)
    {
        var services = only.Length == 0 ? DeployedServer.Application : only;
        var plan = await stack.Deployment(seconds: 120).DeployAsync(release, services, Nobody, Token);
        if (only.Length == 0)
        {
            await stack.Directory.KeepAsync(release.Id, Token);
        }

        return string.Join('|', plan.Rounds.Select(round => string.Join(' ', round)));
    }

    private async Task AnswersAsync(HttpStatusCode expected)
    {
        using var client = await Running.ClientAsync(Token);
        using var answer = await client.GetAsync(Health, Token);
        Assert.Equal(expected, answer.StatusCode);
    }
}
