using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using Npgsql;

namespace FreshTrack.IntegrationTests.Containers;

public sealed class StageTests(Servers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stage_runs_the_api_on_its_target_and_leaves_nothing_behind()
    {
        var options = await OptionsAsync("works");
        await using (var stage = await Stage.StartAsync(options, progress: null, Cancel))
        {
            await stage.Api.RunAsync("migrate", Cancel);
            using var http = new HttpClient { BaseAddress = await stage.Api.StartAsync(Cancel) };

            Assert.True((await http.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancel)).IsSuccessStatusCode);
            Assert.Equal("15", await MajorVersionAsync(stage.SourceAdministrator));
            Assert.Equal("17", await MajorVersionAsync(stage.Target));
            Assert.All(await PublishedAsync(options.RunId), address => Assert.StartsWith("127.0.0.1:", address));
            Assert.Contains("api", (await stage.LogsAsync(Cancel)).Keys);

            await Leftovers.RemoveRunAsync(options.RunId);
            Assert.All((await stage.LogsAsync(Cancel)).Values, log => Assert.StartsWith("No log of ", log));
        }

        Assert.Empty(await Owned.FindAsync(options.RunId, Cancel));
    }

    [Fact]
    public async Task A_container_that_cannot_start_is_named_and_nothing_is_left_behind()
    {
        var options = await OptionsAsync("broken");
        var broken = new Dictionary<string, BuiltImage>(options.Images.ByName)
        {
            // It serves no HTTP and, given no password, ends at once.
            [ImageCatalog.StackAuth.Name] = options.Images.ByName[ImageCatalog.Postgres.Name],
        };

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Stage.StartAsync(options with { Images = new ImageSet(broken) }, progress: null, Cancel)
        );

        Assert.StartsWith("stack-auth did not start: ", failure.Message);
        Assert.Contains("POSTGRES_PASSWORD", failure.Message);
        Assert.Empty(await Owned.FindAsync(options.RunId, Cancel));
    }

    [Fact]
    public async Task A_command_that_fails_shows_its_last_lines()
    {
        var options = await OptionsAsync("command");
        await using var stage = await Stage.StartAsync(options, progress: null, Cancel);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            stage.Api.RunAsync("no-such-command", Cancel)
        );

        Assert.Contains("'no-such-command' ended with exit code", failure.Message);
    }

    [Fact]
    public async Task A_command_that_is_over_before_it_is_looked_at_has_started()
    {
        var options = await OptionsAsync("quick");
        await using var job = ServerBuilders.Job(options.Images, ImageCatalog.Api).WithEntrypoint("/bin/true").Build();

        await ContainerStart.OneAsync("quick job", job, Cancel);

        Assert.Equal(0, await job.GetExitCodeAsync(Cancel));
    }

    private async Task<StageOptions> OptionsAsync(string name)
    {
        await servers.RequireEngineAsync(Cancel);
        var images = await Images.Value;
        return new StageOptions($"test-{name}-{Guid.CreateVersion7():N}", images, FixtureSecrets.WebhookKey.ToArray());
    }

    private static readonly Lazy<Task<ImageSet>> Images = new(() =>
        ImageSet.ReadAsync(RepositoryRoot.Find(), ImageCatalog.Stage, CancellationToken.None)
    );

    private static async Task<string> MajorVersionAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancel);
        return connection.PostgreSqlVersion.Major.ToString();
    }

    private static async Task<IEnumerable<string>> PublishedAsync(string runId)
    {
        var listed = await Command.DockerAsync(
            Cancel,
            "ps",
            "--filter",
            $"label={StageLabels.Stage}={runId}",
            "--format",
            "{{.Ports}}"
        );
        return listed
            .Require("Listing ports")
            .Text.Split(['\n', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(port => port.Contains("->"));
    }
}
