using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Fixtures.Source;
using FreshTrack.IntegrationTests.StackAuth;
using FreshTrack.IntegrationTests.SupabaseAuth;
using FreshTrack.Plan;
using SecretFile = FreshTrack.Cutover.Environments.SecretFile;

namespace FreshTrack.IntegrationTests.Stack.Night;

/// <summary>The release manager's procedures from an environment's file whose target is the stack on a second engine.
/// Every call is a process of its own: it opens the environment, and with it the way to the target.</summary>
internal sealed class DeployedNight : IDisposable
{
    /// <summary>Without images that every machine has.</summary>
    private const string LeftOut =
        "prometheus, alertmanager, node-exporter, postgres-exporter, redis-exporter, blackbox-exporter, loki, alloy, "
        + "grafana, uptime-kuma, backups";

    private readonly string folder = Directory.CreateTempSubdirectory("deployed-night").FullName;
    private readonly DeployedServer server;
    private readonly DeployedSource source;

    private DeployedNight(DeployedServer server, DeployedSource source) =>
        (this.server, this.source) = (server, source);

    public string Runs => Path.Combine(folder, "runs");

    public EnvironmentSettings Settings => EnvironmentFile.Read(Path.Combine(folder, "environment.yaml"));

    public StackOnServer Stack => new(Settings.Deploy!, RepositoryRoot.Find());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="variables">The content of <c>.env.production</c>.</param>
    public static async Task<DeployedNight> CreateAsync(DeployedServer server, DeployedSource source, string variables)
    {
        var night = new DeployedNight(server, source);
        await night.SecretAsync("source", source.Address);
        await night.SecretAsync("server_key", StackAuthProject.ServerKey);
        await night.SecretAsync("service_key", SupabaseProject.ServiceKey);
        await night.SecretAsync("webhook_key", Convert.ToBase64String(FixtureSecrets.WebhookKey));
        // The same words as on the server: they name the stack's own services.
        await night.SecretAsync("target", (await server.Directory.ReadAsync("secrets/owner_database", Token))!);
        await night.SecretAsync("object_store", (await server.Directory.ReadAsync("secrets/object_store", Token))!);
        await File.WriteAllTextAsync(Path.Combine(night.folder, ".env.production"), variables, Token);
        await File.WriteAllTextAsync(Path.Combine(night.folder, "environment.yaml"), night.Text(), Token);
        return night;
    }

    public Task<CutoverEnvironment> OpenAsync() => CutoverEnvironment.OpenAsync(Settings, Token);

    /// <summary>A procedure to its end.</summary>
    /// <returns>Folder of its evidence.</returns>
    public async Task<string> RunAsync(string kind, Runbook runbook, string? finalCheck = null)
    {
        await using var environment = await OpenAsync();
        var root = RepositoryRoot.Find();
        var plan = await SourceDatabase.ReadPlanAsync(Token);
        var policy = Path.Combine(root, "build", "policy.yaml");
        var policyText = await File.ReadAllTextAsync(policy, Token);
        var inputs = new RunInputs(PlanFile.Parse(plan, "plan.yaml"), plan, new SourceTree("test", Clean: true))
        {
            Policy = PolicyFile.Parse(policyText, policy),
            PolicyText = policyText,
        };
        var night = new NightRun(
            Runs,
            CutoverLock.Who(),
            environment,
            inputs,
            new Unattended("test"),
            new RunObservers(TimeProvider.System),
            TimeProvider.System
        )
        {
            Deployment = Stack.Api(environment.Visitors!.Names.Api),
            Data = Stack.Data,
            Stack = Stack.Services,
            FinalCheck = finalCheck,
        };
        var end = await night.RunAsync(kind, runbook, Token);
        Assert.True(end.IsOver, end.End.Reason);
        return end.Run.Evidence.Path;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Task SecretAsync(string name, string secret) =>
        SecretFile.WriteAsync(Path.Combine(folder, name), secret, Token);

    private string Text() =>
        $$"""
            version: 1
            name: second-engine
            kind: stage
            source:
              database: { file: source }
              temperature_unit: F
              auth: { url: "{{source.Supabase.Http.BaseAddress}}", service_key: { file: service_key } }
            target:
              database: { file: target }
              object_store: { file: object_store }
              redis: redis:6379
              webhook_key: { file: webhook_key }
            stack_auth:
              url: "{{source.StackAuth.Http.BaseAddress}}"
              project: {{StackAuthProject.Id}}
              server_key: { file: server_key }
            deploy:
              host: ssh://deploy@127.0.0.1:{{server.Server.Port(22)}}
              directory: {{DeployedServer.Folder}}
              project: freshtrack
              env_file: .env.production
              ssh_config: {{server.Server.SshConfig}}
              left_out: [{{LeftOut}}]
            public:
              app: https://freshtrackpro.com
              api: https://api.freshtrackpro.com
              monitoring: https://monitoring.freshtrackpro.com
              status: https://status.freshtrackpro.com
              front: { https: "127.0.0.1:{{server.Server.Port(443)}}", http: "127.0.0.1:{{server.Server.Port(80)}}" }
              certificates: internal

            """;
}
