using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests.Uplinks;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Stack.Night;

/// <summary>A cutover into the data services of the Compose files, on a second engine that sees no file of this
/// machine.</summary>
public sealed class DeployedNightTests(DeployedServer server, Servers servers, ITestOutputHelper output)
    : IClassFixture<DeployedServer>
{
    private const string Why = "not part of this test";

    private static readonly Reports<string> Nobody = new(_ => { });

    private static readonly Sql Readings = new("select count(*) from sensor_readings");

    private static readonly Sql One = new("select 1");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>In full depth: images are copied to the other engine first, which takes a minute or two.</summary>
    [Fact(Explicit = true)]
    public async Task Cutover_into_the_stack_of_the_compose_files_on_another_engine()
    {
        await using var source = await DeployedSource.StartAsync(servers);
        var minio = await ObjectStoreAsMinio.BuildAsync(server);
        await server.MakeSecretsAsync();
        await server.Directory.PlaceSecretAsync(
            "webhook_key",
            Convert.ToBase64String(FixtureSecrets.WebhookKey),
            Token
        );
        using var night = await DeployedNight.CreateAsync(
            server,
            source,
            server.Variables(server.Reference(ImageCatalog.Api), $"MINIO_IMAGE={minio}")
        );
        await NothingIsThereYetAsync(night);

        await server.Server.LoadAsync(
            [
                server.Reference(ImageCatalog.Api),
                server.Reference(ImageCatalog.Postgres),
                server.Reference(ImageCatalog.Redis),
                server.Reference(ImageCatalog.Caddy),
                minio,
            ],
            Token
        );
        var first = await night.Stack.Data.StartAsync(Nobody, Token);
        Assert.Equal((3, 3, 5), (first.Services.Count, first.Started.Count, first.Roles.Count));
        await RolesAreProvedAsync(night);
        await TunnelComesBackAsync(night);

        await night.RunAsync(
            ProcedureKinds.Prepare,
            PrepareRunbook.Whole.Slice(ProcedureKinds.Prepare, "prepare.servers", PrepareRunbook.Data)
        );
        var check = await night.RunAsync(ProcedureKinds.FinalCheck, FinalCheck);
        var cutover = await night.RunAsync(ProcedureKinds.Cutover, Night, check);

        await GateIsGreenAsync(cutover);
        await EveryReadingIsThereAndAWebhookToo(night, source);
        await BothInstancesAreWellAsync(night);
        await NothingShowsASecretAsync(night);
    }

    /// <summary>Without the dump, the server's own points and what needs people with a mailbox.</summary>
    private static Runbook FinalCheck { get; } =
        FinalCheckRunbook
            .Whole.Without(FinalCheckRunbook.Server, Why)
            .Without(FinalCheckRunbook.TryExport, Why)
            .WithoutOldApplication();

    private static Runbook Night { get; } =
        CutoverRunbook
            .Night.Steps.Select(step => step.Id)
            .Where(id => id is "freeze.snapshot" or "deploy.visitors")
            .Concat(CutoverRunbook.Night.Steps.Select(step => step.Id).Where(IsOfThePeople))
            .Aggregate(CutoverRunbook.Night, (night, id) => night.Without(id, Why))
            .WithoutMonitoring()
            .WithoutOldApplication();

    private static bool IsOfThePeople(string step) => step.StartsWith("canary.") && step != "canary.health";

    private static async Task NothingIsThereYetAsync(DeployedNight night)
    {
        var away = await Assert.ThrowsAsync<ServerException>(night.OpenAsync);
        Assert.Contains("it has no container, expected running", away.Message);
        Assert.Contains("./build.sh Prepare", away.Message);
        var lacking = await Assert.ThrowsAsync<RefusedException>(() => night.Stack.Data.StartAsync(Nobody, Token));
        Assert.Contains("images are not on", lacking.Message);
    }

    /// <summary>A role whose password differs from its secret gets that again; the owner's is nobody's to
    /// change.</summary>
    private async Task RolesAreProvedAsync(DeployedNight night)
    {
        var owner = (await server.SecretsAsync())["postgres_owner_password"];
        await server.Running.SqlAsync("alter role freshtrack_api password 'another'", Token);
        Assert.Empty((await night.Stack.Data.StartAsync(Nobody, Token)).Started);

        await server.Running.SqlAsync("alter role freshtrack_owner password 'another'", Token);
        var refused = await Assert.ThrowsAsync<ServerException>(() => night.Stack.Data.StartAsync(Nobody, Token));
        await server.Running.SqlAsync($"alter role freshtrack_owner password '{owner}'", Token);
        Assert.Contains("freshtrack_owner cannot sign in", refused.Message);
        Assert.Contains("the secret postgres_owner_password", refused.Message);
        Assert.DoesNotContain(owner, refused.Message);
    }

    /// <summary>Postgres is made anew, at another address: the process that is at work reaches it again, and leaves
    /// nothing that listens.</summary>
    private async Task TunnelComesBackAsync(DeployedNight night)
    {
        var environment = await night.OpenAsync();
        var reached = new NpgsqlConnectionStringBuilder(environment.Target.ConnectionString);
        await using (environment)
        {
            Assert.Equal("freshtrack_owner@postgres:5432/freshtrack", environment.Description.Target!.Database);
            Assert.Equal(1, await environment.Target.ScalarAsync<int>(One, Token));
            await MovePostgresAsync(night);
            var began = TimeProvider.System.GetTimestamp();
            while (!await AnswersAsync(environment.Target))
            {
                Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < 30, "it is not reached again");
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Token);
            }

            output.WriteLine($"reached again after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s");
        }

        using var neighbour = new TcpClient();
        await Assert.ThrowsAnyAsync<SocketException>(() =>
            neighbour.ConnectAsync(reached.Host!, reached.Port, Token).AsTask()
        );
    }

    /// <summary>Another container takes its address meanwhile.</summary>
    private async Task MovePostgresAsync(DeployedNight night)
    {
        const string name = "taker";
        var shell = server.Server.Shell;
        var before = await AddressAsync();
        await shell.RunAsync(["docker", "rm", "--force", "freshtrack-postgres-1"], Token);
        await shell.RunAsync(
            [
                .. $"docker run --detach --rm --name {name} --network freshtrack_data".Split(' '),
                .. $"{server.Reference(ImageCatalog.Caddy)} sleep 600".Split(' '),
            ],
            Token
        );
        await night.Stack.Data.StartAsync(Nobody, Token);
        Assert.NotEqual(before, await AddressAsync());
        await shell.RunAsync(["docker", "rm", "--force", name], Token);

        Task<string> AddressAsync() =>
            shell.RunAsync(
                [
                    .. "docker inspect freshtrack-postgres-1 --format".Split(' '),
                    "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                ],
                Token
            );
    }

    private static async Task<bool> AnswersAsync(NpgsqlDataSource database)
    {
        try
        {
            database.Clear();
            return await database.ScalarAsync<int>(One, Token) == 1;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task GateIsGreenAsync(string cutover)
    {
        var gate = EvidenceJson.Deserialize<GateResult>(
            await File.ReadAllTextAsync(Path.Combine(cutover, "gate-data.json"), Token)
        );
        Assert.Equal(Verdict.Pass, gate.Verdict);
    }

    private async Task EveryReadingIsThereAndAWebhookToo(DeployedNight night, DeployedSource source)
    {
        await using var environment = await night.OpenAsync();
        var moved = await environment.Target.ScalarAsync<long>(Readings, Token);
        Assert.Equal(await source.Administrator.ScalarAsync<long>(Readings, Token), moved);
        output.WriteLine($"{moved:N0} readings moved");

        var sensor = await TestSensor.FindAsync(environment, TimeProvider.System, Token);
        var visitors = environment.Visitors!;
        visitors.Trust(await night.Stack.Services.AuthorityAsync(Token));
        using var http = visitors.Client(visitors.Names.Api);
        using var uplink = new HttpRequestMessage(HttpMethod.Post, new Uri(visitors.Names.Api, "api/webhooks/ttn"));
        uplink.Headers.Add("X-Webhook-Secret", sensor.Secret);
        uplink.Content = JsonContent.Create(
            new NetworkSensor(Guid.Empty, sensor.DeviceId, sensor.DevEui, sensor.Secret).Message(
                frameCounter: 1,
                $"{TimeProvider.System.GetUtcNow():O}",
                celsius: 4.5m
            )
        );
        using var answer = await http.SendAsync(uplink, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(moved + 1, await environment.Target.ScalarAsync<long>(Readings, Token));
    }

    private async Task BothInstancesAreWellAsync(DeployedNight night)
    {
        var api = night.Stack.Api(night.Settings.Names!.Api);
        var both = await api.HealthAsync(Token);
        Assert.Equal(["api-a", "api-b"], both.Select(instance => instance.Instance));
        Assert.All(both, instance => Assert.Equal("ok", $"{instance.Answer!["status"]}"));

        await server.Server.Shell.RunAsync(["docker", "stop", "freshtrack-api-a-1"], Token);
        Assert.Equal([false, true], (await api.HealthAsync(Token)).Select(instance => instance.Runs));
        Assert.NotNull(await api.FindAsync(Token));
        await api.StopAsync(Token);
        Assert.Null(await api.FindAsync(Token));
        Assert.Empty(await api.HealthAsync(Token));
        await api.StartAsync(Token);
        Assert.Equal([true, true], (await api.HealthAsync(Token)).Select(instance => instance.Runs));
    }

    /// <summary>By value: in what runs there, in its logs, and in what the runs left here.</summary>
    private async Task NothingShowsASecretAsync(DeployedNight night)
    {
        var shown = new List<(string Where, string Text)> { ("config", $"{await server.Compose.ConfigAsync(Token)}") };
        foreach (var service in await server.Compose.ServicesAsync(Token))
        {
            var shell = server.Server.Shell;
            shown.Add((service.Service, await shell.RunAsync(["docker", "inspect", service.Name], Token)));
            shown.Add(
                (service.Service, await shell.RunAsync(["sh", "-c", "docker logs \"$0\" 2>&1", service.Name], Token))
            );
        }

        foreach (var file in Directory.EnumerateFiles(night.Runs, "*", SearchOption.AllDirectories))
        {
            shown.Add((file, await File.ReadAllTextAsync(file, Token)));
        }

        Assert.All(
            await server.SecretsAsync(),
            secret =>
            {
                var places = shown.Where(one => one.Text.Contains(secret.Value)).Select(one => one.Where);
                Assert.True(!places.Any(), $"{secret.Key} is shown in {string.Join(", ", places)}");
            }
        );
    }
}
