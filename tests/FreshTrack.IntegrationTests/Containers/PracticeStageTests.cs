using FreshTrack.Build.Stages;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;
using Spectre.Console.Testing;

namespace FreshTrack.IntegrationTests.Containers;

/// <summary>What <c>./build.sh Stage</c> leaves, refuses and removes.</summary>
public sealed class PracticeStageTests : IDisposable
{
    private readonly Servers servers;
    private readonly string artifacts = Directory.CreateTempSubdirectory("artifacts").FullName;
    private readonly PracticeStage stage;

    public PracticeStageTests(Servers servers)
    {
        this.servers = servers;
        var time = TimeProvider.System;
        stage = new PracticeStage(RepositoryRoot.Find(), artifacts, new RunObservers(time), time);
    }

    private string Folder => Path.Combine(artifacts, "stage");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(artifacts, recursive: true);

    [Fact]
    public async Task A_stage_is_filled_marked_described_and_gone_without_a_trace()
    {
        var guide = await UpAsync();
        try
        {
            var file = Path.Combine(Folder, "environment.yaml");
            await using var environment = CutoverEnvironment.Open(EnvironmentFile.Read(file));
            Assert.Equal(("stage", EnvironmentKind.Stage), (environment.Name, environment.Kind));
            Assert.Equal(guide.State.Id, await StageMark.ReadAsync(environment.Source, Token));
            Assert.Equal(guide.State.Id, await StageMark.ReadAsync(environment.Target, Token));
            Assert.Equal(10_000, await CountAsync(environment, "select count(*) from sensor_readings"));
            Assert.Equal(0, await CountAsync(environment, Superuser));
            // The eight servers; what ran to its end is gone.
            Assert.Equal(8, await Leftovers.CountAsync(guide.State.Id, Token));
            Assert.DoesNotContain("rehearsal-only", await File.ReadAllTextAsync(file, Token));

            using var console = new TestConsole().Width(400);
            guide.Show(console);
            Assert.Contains($"http://127.0.0.1:{guide.State.ApiPort}, once it is deployed", console.Output);
            Assert.Contains("./build.sh Stage --down", console.Output);

            var token = await Assert.ThrowsAsync<RefusedException>(() => stage.TokenAsync(Token));
            Assert.Contains("Has Migrate moved them to this stage?", token.Message);
            Assert.Contains("A stage runs already", await RefusedAsync());

            (guide.State with { Commit = new string('0', 40) }).Write(Folder);
            Assert.Contains("by commit 000000000000, and this is commit", await RefusedAsync());

            (guide.State with { IsReady = false }).Write(Folder);
            Assert.Contains("never became ready", await RefusedAsync());
        }
        finally
        {
            await Leftovers.RemoveRunAsync(guide.State.Id);
        }

        guide.State.Write(Folder);
        Assert.Contains("nothing of it runs any more. Remove it: ./build.sh Stage --down", await RefusedAsync());

        await stage.DownAsync(Token);
        Assert.False(Directory.Exists(Folder));
        Assert.Equal("There was no stage to remove.", await stage.DownAsync(Token));
    }

    [Fact]
    public async Task A_start_that_was_cut_off_leaves_nothing()
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var observers = new RunObservers(TimeProvider.System, new CutAt(cut, "Fixtures"));
        var started = new PracticeStage(RepositoryRoot.Find(), artifacts, observers, TimeProvider.System);
        var images = await ImagesAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            started.UpAsync(images, FixtureScale.Parse("smoke"), seed: 1, cut.Token)
        );

        Assert.False(Directory.Exists(Folder));
        Assert.Equal("There was no stage to remove.", await stage.DownAsync(Token));
    }

    [Fact]
    public async Task A_state_that_was_cut_off_is_a_start_that_was_killed()
    {
        await servers.RequireEngineAsync(Token);
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, "stage.json"), "{\"id\":", Token);

        Assert.Contains("never became ready", await RefusedAsync());

        Assert.StartsWith("The stage is gone", await stage.DownAsync(Token));
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task A_stage_that_has_no_containers_yet_is_left_to_the_process_that_starts_it()
    {
        await servers.RequireEngineAsync(Token);
        var state = new StageState(
            "stage-1",
            "",
            DateTimeOffset.UnixEpoch,
            0,
            StageLabels.ThisProcess(),
            IsReady: false
        );
        state.Create(Folder);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => stage.DownAsync(Token));

        Assert.Contains($"by a process that still runs ({Environment.ProcessId})", refused.Message);
        Assert.True(Directory.Exists(Folder));
    }

    [Theory]
    [InlineData("1@1")]
    [InlineData(null)]
    public async Task What_another_checkout_deployed_goes_too_once_its_process_has_ended(string? owner)
    {
        var images = await ImagesAsync();
        var id = $"stage-{Guid.CreateVersion7():N}";
        new StageState(id, "", DateTimeOffset.UnixEpoch, 0, "1@1", IsReady: true).Create(Folder);
        var labels = StageLabels.Of(id, keep: true, home: "/elsewhere").ToDictionary();
        labels[StageLabels.Owner] = owner ?? labels[StageLabels.Owner];
        var deployed = ServerBuilders.Redis(images).WithLabel(labels).WithCleanUp(false).Build();
        try
        {
            await deployed.StartAsync(Token);
            if (owner is null)
            {
                var refused = await Assert.ThrowsAsync<RefusedException>(() => stage.DownAsync(Token));
                Assert.Contains($"1 containers of the stage {id} are held by a process", refused.Message);
                Assert.True(Directory.Exists(Folder));
            }
            else
            {
                await stage.DownAsync(Token);
                Assert.Equal(0, await Leftovers.CountAsync(id, Token));
                Assert.False(Directory.Exists(Folder));
            }
        }
        finally
        {
            await Leftovers.RemoveRunAsync(id);
        }
    }

    private const string Superuser = "select count(*) from pg_roles where rolname = current_user and rolsuper";

    private static async Task<long> CountAsync(CutoverEnvironment environment, string sql) =>
        await environment.Source.ScalarAsync<long>(Sql.Expression(sql), Token);

    private async Task<StageGuide> UpAsync() =>
        await stage.UpAsync(await ImagesAsync(), FixtureScale.Parse("smoke"), seed: 1, Token);

    private async Task<string> RefusedAsync() => (await Assert.ThrowsAsync<RefusedException>(UpAsync)).Message;

    private async Task<ImageSet> ImagesAsync()
    {
        await servers.RequireEngineAsync(Token);
        return await ImageSet.ReadAsync(RepositoryRoot.Find(), ImageCatalog.WholeStage, Token);
    }

    private sealed class CutAt(CancellationTokenSource cut, string title) : IRunObserver
    {
        public void Tell(RunEvent what)
        {
            if (what is WorkStarted started && started.Title == title)
            {
                cut.Cancel();
            }
        }
    }
}
