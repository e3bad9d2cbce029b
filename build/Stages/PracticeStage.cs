using System.Net;
using System.Net.Sockets;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.Build.Stages;

/// <summary>The one stage of a checkout that is left up, for people to practise on.</summary>
/// <param name="artifacts">Its folder is <c>stage</c> below it.</param>
public sealed class PracticeStage(string root, string artifacts, RunObservers observers, TimeProvider clock)
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(10);

    private const string Down = "./build.sh Stage --down";

    private readonly string folder = Path.Combine(artifacts, "stage");

    /// <summary>Has what stands around the API, once a cutover starts it.</summary>
    public bool HasStack { get; init; } = true;

    /// <summary>Starts and fills it, with the API's schema on its target.</summary>
    /// <returns>How to use it.</returns>
    /// <exception cref="RefusedException">There is one already; it is named, with the command that removes
    /// it.</exception>
    public async Task<StageGuide> UpAsync(
        ImageSet images,
        FixtureScale scale,
        int seed,
        CancellationToken cancellationToken
    )
    {
        var commit = (await SourceTree.ReadAsync(root, cancellationToken)).Commit;
        await RefuseExistingAsync(commit, cancellationToken);
        var now = clock.GetUtcNow();
        var state = new StageState(
            $"stage-{now:yyyyMMdd'T'HHmmss'Z'}",
            commit,
            now,
            FreePort(),
            StageLabels.ThisProcess(),
            IsReady: false
        );
        state.Create(folder);
        var request = new StageRequest(state.Id, artifacts, folder, images, scale, seed)
        {
            Epoch = FixtureClock.HourOf(now),
            Keep = true,
            ApiPort = state.ApiPort,
            StackOf = HasStack ? root : null,
        };
        try
        {
            await using var stage = await StageSetup.StartAsync(request, observers, cancellationToken);
            try
            {
                await stage.FillAsync(cancellationToken);
                await stage.Api.RunAsync("migrate", cancellationToken);
            }
            catch
            {
                await stage.RemoveAsync();
                throw;
            }

            state = state with { IsReady = true };
            state.Write(folder);
            return new StageGuide(Path.GetRelativePath(root, folder), state, stage.Environment.Description);
        }
        catch when (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Removes it, and the kept stages of rehearsals of this checkout.</summary>
    /// <returns>What was removed, in a sentence.</returns>
    /// <exception cref="RefusedException">Another process is starting it, or deploys to it.</exception>
    public async Task<string> DownAsync(CancellationToken cancellationToken)
    {
        await DockerEngine.EnsureAsync(progress: null, cancellationToken);
        var state = StageState.Find(folder);
        if (state is { IsReady: false } && StageLabels.Living().Contains(state.Owner))
        {
            throw new RefusedException(
                $"The stage {state.Id} is being started by a process that still runs ({state.Owner.Split('@')[0]}). "
                    + $"Stop that first, then {Down}."
            );
        }

        var removed = await Leftovers.RemoveKeptAsync(artifacts, cancellationToken);
        if (state is { Id.Length: > 0 })
        {
            // Of a checkout that was moved since, and what another one deployed.
            removed += await Leftovers.RemoveKeptStageAsync(state.Id, cancellationToken);
            await DemandGoneAsync(state.Id, cancellationToken);
        }

        if (state is not null)
        {
            Directory.Delete(folder, recursive: true);
        }

        await RemoveKeptFoldersAsync(cancellationToken);
        return removed == 0 && state is null
            ? "There was no stage to remove."
            : $"The stage is gone: {removed} containers and networks, and its folder.";
    }

    /// <summary>An access token of a user who was moved.</summary>
    /// <exception cref="RefusedException">No stage is up, or no user has been moved to it yet.</exception>
    public async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        if (StageState.Find(folder) is not { IsReady: true })
        {
            throw new RefusedException("No stage is up. Start one: ./build.sh Stage");
        }

        await using var environment = CutoverEnvironment.Open(
            EnvironmentFile.Read(Path.Combine(folder, StageFiles.FileName))
        );
        try
        {
            var sensor = await TestSensor.FindAsync(environment, clock, cancellationToken);
            var session = await environment.StackAuth!.CreateSessionAsync(sensor.User, TokenLife, cancellationToken);
            return session.AccessToken;
        }
        catch (InvalidOperationException e)
        {
            throw new RefusedException($"{e.Message} Has Migrate moved them to this stage?", e);
        }
    }

    /// <summary>What runs the API's image on the stage whose environment is given.</summary>
    /// <param name="environmentPath">Of the file.</param>
    /// <returns>Null where the file does not belong to a stage.</returns>
    public static IApiDeployment? DeploymentOf(
        string environmentPath,
        string artifacts,
        CutoverEnvironment environment,
        ImageSet images
    ) => OptionsOf(environmentPath, artifacts, environment, images) is { } options ? new StageApi(options) : null;

    /// <summary>Whether the file belongs to a stage that has something around its API.</summary>
    public static bool HasStackOf(string environmentPath, CutoverEnvironment environment) =>
        environment is { Visitors: not null, Monitoring: not null }
        && StageState.Find(Path.GetDirectoryName(Path.GetFullPath(environmentPath))!) is { IsReady: true };

    /// <summary>What stands around the API on the stage whose environment is given.</summary>
    /// <returns>Null where the file does not belong to a stage, or the stage has nothing of it.</returns>
    public static async Task<StackServices?> StackOfAsync(
        string environmentPath,
        string artifacts,
        string root,
        CutoverEnvironment environment,
        ImageSet images,
        CancellationToken cancellationToken
    ) =>
        HasStackOf(environmentPath, environment)
        && environment is { Visitors.Names.Front: { } front, Monitoring: { } monitoring }
        && OptionsOf(environmentPath, artifacts, environment, images) is { } options
            ? await new StackOnStage(
                options,
                new StagePorts(front.Http.Port, front.Https.Port, monitoring.StatusPage.Address.Port),
                root,
                Path.GetDirectoryName(Path.GetFullPath(environmentPath))!
            ).PlaceAsync(cancellationToken)
            : null;

    private static StageOptions? OptionsOf(
        string environmentPath,
        string artifacts,
        CutoverEnvironment environment,
        ImageSet images
    ) =>
        StageState.Find(Path.GetDirectoryName(Path.GetFullPath(environmentPath))!) is { IsReady: true } state
            ? new StageOptions(state.Id, images, environment.WebhookKey)
            {
                Keep = true,
                Home = artifacts,
                ApiPort = state.ApiPort,
            }
            : null;

    /// <summary>Refuses any API but that of the stage whose environment is given: marks in databases say nothing of an
    /// address beside them.</summary>
    /// <exception cref="RefusedException">It is another one's.</exception>
    public static void DemandApi(string? environmentPath, Uri api)
    {
        var state = environmentPath is null
            ? null
            : StageState.Find(Path.GetDirectoryName(Path.GetFullPath(environmentPath))!);
        if (state is not { IsReady: true } || !api.IsLoopback || api.Port != state.ApiPort)
        {
            throw new RefusedException(
                $"--yes is for the API of a stage, and {api.Host}:{api.Port} is not that of the environment named"
                    + $"{(state is { ApiPort: > 0 and var port } ? $", 127.0.0.1:{port}" : "")}. Without --yes, in a "
                    + "terminal, you are asked to type the environment's name. Nothing was sent."
            );
        }
    }

    /// <summary>Where a rehearsal's stage is described while it lives.</summary>
    public static string FolderOf(string artifacts, string runId) => Path.Combine(KeptFolder(artifacts), runId);

    private static string KeptFolder(string artifacts) => Path.Combine(artifacts, "stages");

    private static async Task DemandGoneAsync(string id, CancellationToken cancellationToken)
    {
        if (await Leftovers.CountAsync(id, cancellationToken) is > 0 and var left)
        {
            throw new RefusedException(
                $"{left} containers of the stage {id} are held by a process that still runs, a Deploy as a rule. Wait "
                    + $"for its end, then {Down}."
            );
        }
    }

    /// <summary>A rehearsal that still runs keeps its own.</summary>
    private async Task RemoveKeptFoldersAsync(CancellationToken cancellationToken)
    {
        var kept = KeptFolder(artifacts);
        foreach (var stage in Directory.Exists(kept) ? Directory.EnumerateDirectories(kept) : [])
        {
            if (await Leftovers.CountAsync(Path.GetFileName(stage), cancellationToken) == 0)
            {
                Directory.Delete(stage, recursive: true);
            }
        }

        if (Directory.Exists(kept) && !Directory.EnumerateFileSystemEntries(kept).Any())
        {
            Directory.Delete(kept);
        }
    }

    private async Task RefuseExistingAsync(string commit, CancellationToken cancellationToken)
    {
        if (StageState.Find(folder) is not { } state)
        {
            return;
        }

        var started = $"a stage that was started at {state.StartedAt:yyyy-MM-dd HH:mm} UTC";
        var running = state.Id.Length == 0 ? 0 : await Leftovers.CountAsync(state.Id, cancellationToken);
        throw new RefusedException(
            state switch
            {
                { IsReady: false } =>
                    $"{folder} holds {started} and never became ready: its start was killed, or goes on in another "
                        + $"process. Remove it: {Down}",
                _ when running == 0 => $"{folder} holds {started}, and nothing of it runs any more. Remove it: {Down}",
                _ when state.Commit != commit =>
                    $"{folder} holds {started} by commit {Short(state.Commit)}, and this is commit {Short(commit)}. "
                        + $"Remove it, and start one of this commit: {Down}",
                _ => $"A stage runs already, since {state.StartedAt:yyyy-MM-dd HH:mm} UTC: use "
                    + $"{Path.Combine(folder, StageFiles.FileName)}. Remove it: {Down}",
            }
        );
    }

    private static string Short(string commit) => commit.Length > 12 ? commit[..12] : commit;

    /// <summary>A port that was free a moment ago; the API takes it when it is deployed.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
