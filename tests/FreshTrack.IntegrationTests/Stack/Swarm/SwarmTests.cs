using System.Net;
using System.Text.RegularExpressions;
using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests.Stack.Running;

namespace FreshTrack.IntegrationTests.Stack.Swarm;

/// <summary>Three replicas of the API on a Swarm, under load: one is killed, then all are replaced.</summary>
public sealed partial class SwarmTests(DeployedServer server, ITestOutputHelper output) : IClassFixture<DeployedServer>
{
    private const int Replicas = 3;
    private const int Some = 300;
    private const string Next = "freshtrack-test/api:swarm";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>In full depth: images are copied to the other engine first, which takes a minute or two.</summary>
    [Fact(Explicit = true)]
    public async Task No_acknowledged_reading_is_lost_when_a_replica_is_killed_and_when_all_are_replaced()
    {
        var swarm = new PracticeSwarm(server);
        var first = server.Reference(ImageCatalog.Api);
        await swarm.PrepareAsync([first, await server.NextVersionAsync(Next, "LABEL version=next")], Token);
        await swarm.DeployAsync(first, replicas: 0, Token);
        await swarm.UntilRunningAsync("postgres", 1, Token);
        Assert.Contains("scripts applied. Temperatures are in °F.", await swarm.MigrateAsync("F", Token));
        // Once more, as before the next release: its name is not taken.
        Assert.Contains("the schema was up to date.", await swarm.MigrateAsync("", Token));
        await using var readings = await AcknowledgedReadings.PrepareAsync(swarm.Running, Token);
        await swarm.DeployAsync(first, Replicas, Token);
        foreach (var (service, tasks) in new[] { ("api", Replicas), ("caddy", 1), ("redis", 1), ("prometheus", 1) })
        {
            await swarm.UntilRunningAsync(service, tasks, Token);
        }

        await readings.StartAsync(Token);
        var visitors = new SteadyRequests(
            await swarm.Running.ClientAsync(Token),
            SteadyRequests.Alerts,
            HttpStatusCode.Unauthorized
        );
        await readings.UntilMoreAsync(Some, Token);
        await EveryReplicaIsWatchedAsync(swarm);
        Assert.Empty(readings.Failed);

        await swarm.KillAsync((await swarm.ContainersAsync(PracticeSwarm.FilterOf("api"), Token))[0], Token);
        await readings.UntilMoreAsync(Some, Token);
        await swarm.UntilRunningAsync("api", Replicas, Token);
        await readings.UntilMoreAsync(Some, Token);
        var byKill = readings.Failed;

        await swarm.DeployAsync(Next, Replicas, Token);
        Assert.Equal("completed", await swarm.UpdateEndAsync("api", Token));
        Assert.All(await swarm.ImagesAsync("api", Token), image => Assert.Equal(Next, image));
        await readings.UntilMoreAsync(Some, Token);
        var (sent, failures) = await visitors.EndAsync();
        await readings.StopAsync();

        var account = await readings.CompareAsync(Token);
        output.WriteLine(account.Table);
        output.WriteLine($"{readings.Acknowledged} uplinks acknowledged; {byKill.Count} failed by the kill:");
        Tell(byKill);
        output.WriteLine($"{sent} requests of visitors, {failures.Count} failed:");
        Tell(failures);
        Assert.Empty(account.Faults);
        // What the killed replica had in hand is not acknowledged; whoever is replaced finishes it.
        Assert.Empty(readings.Failed.Skip(byKill.Count));
        Assert.Empty(failures);

        // The comparison sees what it is there to see, in this database too.
        await swarm.Running.SqlAsync(AcknowledgedReadings.LoseOneSql, Token);
        Assert.StartsWith("lost: ", Assert.Single((await readings.CompareAsync(Token)).Faults));
    }

    private static async Task EveryReplicaIsWatchedAsync(PracticeSwarm swarm)
    {
        const string query = "http://127.0.0.1:9090/api/v1/query?query=count(up%7Bjob%3D%22api%22%7D%3D%3D1)";
        while (
            !(await swarm.Running.RunAsync("prometheus", ["wget", "-qO-", query], Token)).Contains($"\"{Replicas}\"")
        )
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Token);
        }

        // The engine itself narrows what Alloy reads by these labels.
        var alloy = await File.ReadAllTextAsync(
            Path.Combine(RepositoryRoot.Find(), "deploy", "alloy", "config.alloy"),
            Token
        );
        var read = new List<string>();
        foreach (var label in Labels().Matches(alloy).Select(match => match.Groups["label"].Value))
        {
            read.AddRange(await swarm.ContainersAsync($"label={label}", Token));
        }

        Assert.Superset(
            (await swarm.ContainersAsync(PracticeSwarm.FilterOf("api"), Token)).ToHashSet(),
            read.ToHashSet()
        );
    }

    private void Tell(IEnumerable<string> failures)
    {
        foreach (var failure in failures)
        {
            output.WriteLine($"  {failure}");
        }
    }

    [GeneratedRegex(@"values = \[""(?<label>[^""]+)""\]", RegexOptions.NonBacktracking)]
    private static partial Regex Labels();
}
