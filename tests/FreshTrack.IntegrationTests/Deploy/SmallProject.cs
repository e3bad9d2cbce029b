using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests.Stack;

namespace FreshTrack.IntegrationTests.Deploy;

/// <summary>Two services that are replaced one after the other, each with a file that it mounts.</summary>
internal sealed class SmallProject
{
    private const string Services = """
        x-service: &service
          image: ${IMAGE}
          command: [sleep, infinity]
          init: true
          labels: { com.freshtrack.update: rolling }
        services:
          first:
            <<: *service
            volumes: ["./first:/text:ro"]
            healthcheck: { test: [CMD, test, -e, "${FIRST_NEEDS:-/text}"], interval: 1s, retries: 2 }
          second:
            <<: *service
            volumes: ["./second:/text:ro"]
            healthcheck: { test: [CMD, test, -e, /text], interval: 1s, retries: 2 }
        """;

    private const string More = "services: { third: { image: '${IMAGE}', command: [sleep, infinity], init: true } }";

    private static readonly Reports<string> Nobody = new(_ => { });

    private readonly SecondServer server;
    private readonly string name;
    private readonly string image;

    public SmallProject(SecondServer server, string name, string image, string[] files)
    {
        (this.server, this.name, this.image) = (server, name, image);
        Directory = new ServerDirectory(server.Shell, $"/opt/freshtrack-pro/{name}");
        Deployment = new StackDeployment(
            server.Shell,
            Directory,
            new Compose(
                server.Shell,
                new FreshTrack.Cutover.Deploy.ComposeProject(
                    name,
                    Directory.CurrentPath,
                    files.Length == 0 ? ["compose.yaml"] : files,
                    ".env.production"
                )
            )
        )
        {
            Within = TimeSpan.FromSeconds(60),
        };
    }

    public ServerDirectory Directory { get; }

    public StackDeployment Deployment { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="first">What the first service reads.</param>
    /// <param name="second">What the second service reads.</param>
    /// <param name="variable">One more line of <c>.env.production</c>.</param>
    /// <param name="files">Its Compose files.</param>
    public Release Release(string first, string second, string variable = "", params string[] files) =>
        FreshTrack.Cutover.Deploy.Release.Read(
            RepositoryRoot.Find(),
            [],
            new[] { KeyValuePair.Create("compose.yaml", Services) }
                .Concat(files.Contains("more.yaml") ? [KeyValuePair.Create("more.yaml", More)] : [])
                .Concat([
                    KeyValuePair.Create(
                        FreshTrack.Cutover.Deploy.Release.ComposeList,
                        string.Join('\n', files.Length == 0 ? ["compose.yaml"] : files)
                    ),
                    KeyValuePair.Create(".env.production", $"IMAGE={image}\n{variable}\n"),
                    KeyValuePair.Create("first", first),
                    KeyValuePair.Create("second", second),
                ])
                .ToDictionary()
        );

    /// <returns>The rounds: services that were replaced together, separated by spaces.</returns>
    public async Task<string> DeployAsync(Release release)
    {
        var plan = await Deployment.DeployAsync(release, [], Nobody, Token);
        return string.Join('|', plan.Rounds.Select(round => string.Join(' ', round)));
    }

    /// <summary>A deployment whose first service never gets well.</summary>
    public async Task<Release> FailAsync(string first, string second)
    {
        var broken = Release(first, second, "FIRST_NEEDS=/nowhere");
        await Assert.ThrowsAsync<ServerException>(() => DeployAsync(broken));
        return broken;
    }

    /// <summary>What a service reads now.</summary>
    public async Task<string> ReadAsync(string service) =>
        (await DockerAsync("exec", Container(service), "cat", "/text")).Trim();

    public Task<string> RestartAsync(string service) => DockerAsync("restart", "--time", "1", Container(service));

    /// <returns>What tells a container from the one that takes its place.</returns>
    public Task<string> IdentityAsync(string service) =>
        DockerAsync("inspect", "--format", "{{.Id}}", Container(service));

    private string Container(string service) => $"{name}-{service}-1";

    private Task<string> DockerAsync(params string[] words) => server.Shell.RunAsync(["docker", .. words], Token);
}
