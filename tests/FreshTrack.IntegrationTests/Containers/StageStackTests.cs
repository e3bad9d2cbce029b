using FreshTrack.Build.Stages;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Containers;

/// <summary>What stands around the API, brought up on a stage by production's own deployment, and asked by the steps of
/// the night.</summary>
public sealed class StageStackTests(Servers servers) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("stage-stack").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>In full depth: each rehearsal brings the same up.</summary>
    [Fact(Explicit = true)]
    public async Task Stack_is_brought_up_seen_by_visitors_pictured_and_watched()
    {
        await servers.RequireEngineAsync(Cancel);
        await InstalledBrowser.EnsureAsync(null, Cancel);
        var root = RepositoryRoot.Find();
        var images = await ImageSet.ReadAsync(root, ImageCatalog.WholeStage, Cancel);
        var options = new StageOptions(
            $"test-stack-{Guid.CreateVersion7():N}",
            images,
            FixtureSecrets.WebhookKey.ToArray()
        );
        await using var stage = await Stage.StartAsync(options, progress: null, Cancel);
        await stage.Api.RunAsync("migrate", Cancel);
        await stage.Api.StartAsync(Cancel);
        var ports = StagePorts.Free();
        var page = Path.Combine(root, "deploy", "uptime-kuma.yaml");
        var file = await StageFiles.WriteAsync(stage, folder, (ports, page), Cancel);
        await using var environment = CutoverEnvironment.Open(EnvironmentFile.Read(file));
        using var evidence = EvidenceFolder.Create(
            Path.Combine(folder, "runs"),
            "test",
            TimeProvider.System.GetUtcNow()
        );
        var run = new RunContext(environment, PlanOf(root), evidence, TimeProvider.System)
        {
            Stack = await new StackOnStage(options, ports, root, folder).PlaceAsync(Cancel),
        };

        var started = await PassAsync(run, StackSteps.StartAsync);
        Assert.Contains("9 services are well, 9 of them started now", started);
        Assert.Contains("left out here: grafana, loki, alloy, backups", started);
        var shown = await PassAsync(run, StatusPageSteps.SetUpAsync);
        Assert.Contains("all 5 monitors are green; visitors read «Maintenance: the new system starts»", shown);
        Assert.Contains("all 13 answers are as a visitor expects them", await PassAsync(run, StackSteps.VisitAsync));
        Assert.Equal(Pictures("deploy"), await PassAsync(run, PictureSteps.DeployedAsync));
        Assert.Contains("Prometheus reaches all", await PassAsync(run, StackSteps.MonitoringAsync));
        Assert.Contains("«FreshTrack is open again»", await PassAsync(run, StatusPageSteps.OpenAsync));
        Assert.Equal(Pictures("validate"), await PassAsync(run, PictureSteps.OpenAsync));
        Assert.Contains("«The maintenance was called off»", await PassAsync(run, StatusPageSteps.RolledBackAsync));
        // Asked again, nothing is replaced.
        Assert.Contains("9 services are well, 0 of them started now", await PassAsync(run, StackSteps.StartAsync));

        await Command.DockerAsync(Cancel, "rm", "--force", $"{options.Network}-frontend-1");
        var away = await RunAsync(run, StackSteps.VisitAsync);
        Assert.Equal(Verdict.Fail, away.Verdict);
        Assert.Contains("1 of 13 answers: GET https://app.freshtrack.test/: expected a page", away.Summary);
        await AssertNoSecretAsync(options, evidence);

        await stage.DisposeAsync();
        foreach (var kind in new[] { "container", "network", "volume" })
        {
            var left = await Command.DockerAsync(Cancel, kind, "ls", "--quiet", "--filter", OfProject(options));
            Assert.Equal("", left.Require($"Listing each {kind}").Text.Trim());
        }
    }

    /// <summary>Not in what the engine shows of a container, nor in what a run leaves.</summary>
    private async Task AssertNoSecretAsync(StageOptions options, EvidenceFolder evidence)
    {
        var secrets = Directory
            .EnumerateFiles(Path.Combine(folder, "server", "secrets"))
            .Where(file => Path.GetFileName(file) is not ("proxy_authority" or "alertmanager_webhook"))
            .Select(file => (Name: Path.GetFileName(file), Value: File.ReadAllText(file).Trim()))
            .Where(secret => secret.Value != "none")
            .ToList();
        Assert.NotEmpty(secrets);
        var listed = await Command.DockerAsync(Cancel, "ps", "--all", "--quiet", "--filter", OfProject(options));
        var inspected = await Command.DockerAsync(
            Cancel,
            ["inspect", .. listed.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)]
        );
        var texts = Directory
            .EnumerateFiles(evidence.Path, "*.json", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .Append(inspected.Require("Inspecting the stack").Text);
        Assert.All(
            texts,
            text => Assert.All(secrets, secret => Assert.False(text.Contains(secret.Value), secret.Name))
        );
    }

    private static string Pictures(string moment) =>
        $"4 pictures: screens/{moment}-welcome-desktop.png, screens/{moment}-welcome-phone.png, "
        + $"screens/{moment}-status-desktop.png, screens/{moment}-status-phone.png";

    private static string OfProject(StageOptions options) => $"label=com.docker.compose.project={options.Network}";

    private static MigrationPlan PlanOf(string root) =>
        PlanFile.Load(Path.Combine(root, "fixtures", "plans", "freshtrack.yaml"));

    private static async Task<string> PassAsync(RunContext run, StepAction step)
    {
        var result = await RunAsync(run, step);
        Assert.True(result.Verdict == Verdict.Pass, result.Summary);
        return result.Summary;
    }

    private static Task<StepResult> RunAsync(RunContext run, StepAction step) =>
        step(run, new Progress<StepProgress>(), Cancel);
}
