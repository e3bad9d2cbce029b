using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Source;
using Npgsql;

namespace FreshTrack.Build.Stages;

/// <summary>The servers of one run in containers, with the file that describes them; both are gone with this object
/// unless they are to be kept. Whoever runs something on them reads the file.</summary>
public sealed class StageSetup : IAsyncDisposable
{
    private readonly StageRequest request;
    private readonly Stage stage;
    private readonly RunObservers observers;

    private StageSetup(StageRequest request, Stage stage, CutoverEnvironment environment, RunObservers observers)
    {
        (this.request, this.stage, this.observers) = (request, stage, observers);
        Environment = environment;
    }

    /// <summary>What stands around the API once a step starts it; null for a stage without.</summary>
    public StackServices? Stack { get; private init; }

    public CutoverEnvironment Environment { get; }

    public IApiDeployment Api => stage.Api;

    /// <exception cref="InvalidOperationException">A server did not start; nothing is left running.</exception>
    public static async Task<StageSetup> StartAsync(
        StageRequest request,
        RunObservers observers,
        CancellationToken cancellationToken
    )
    {
        var options = new StageOptions(request.RunId, request.Images, FixtureSecrets.WebhookKey.ToArray())
        {
            Keep = request.Keep,
            Home = request.Home,
            ApiPort = request.ApiPort,
        };
        var started = await observers.ShowAsync(
            "Stage",
            progress => Stage.StartAsync(options, progress, cancellationToken),
            _ => "PostgreSQL source and target, Redis, object store, Stack Auth and the former system are ready"
        );
        try
        {
            var ports = StagePorts.Free();
            var file = await StageFiles.WriteAsync(
                started,
                request.Folder,
                request.StackOf is { } root ? (ports, PageFile(root)) : null,
                cancellationToken
            );
            var environment = CutoverEnvironment.Open(EnvironmentFile.Read(file));
            return new StageSetup(request, started, environment, observers)
            {
                Stack = request.StackOf is { } checkout
                    ? await new StackOnStage(options, ports, checkout, request.Folder).PlaceAsync(cancellationToken)
                    : null,
            };
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    private static string PageFile(string root) => Path.Combine(root, "deploy", "uptime-kuma.yaml");

    /// <summary>Fills the source with what the scale and the seed say, and marks both databases as a stage's.</summary>
    public Task<FixtureSummary> FillAsync(CancellationToken cancellationToken) =>
        observers.ShowAsync(
            "Fixtures",
            async progress =>
            {
                await using var administrator = NpgsqlDataSource.Create(stage.SourceAdministrator);
                await SourceDatabase.CreateAsync(administrator, cancellationToken);
                var filled = await SourceFiller.FillAsync(
                    administrator,
                    request.Scale,
                    request.Seed,
                    request.Epoch,
                    progress,
                    cancellationToken
                );
                await StageMark.WriteAsync(administrator, request.RunId, cancellationToken);
                await StageMark.WriteAsync(Environment.Target, request.RunId, cancellationToken);
                return filled;
            },
            filled => $"{filled.Total:N0} rows, up to {request.Epoch:yyyy-MM-dd HH:mm} UTC"
        );

    /// <summary>A copy of the target with an API of its own, for writes that must not flow back. The API of the target
    /// and what stands around it stand still until the copy is done with; every session there is ended.</summary>
    public async Task<TargetCopy> CopyTargetAsync(CancellationToken cancellationToken)
    {
        var copy = await TargetCopy.StartAsync(stage, Stack, cancellationToken);
        Environment.Target.Clear();
        return copy;
    }

    // Not cancellable: the logs matter most when a run was cut off.
    public async Task KeepLogsAsync(EvidenceFolder evidence)
    {
        foreach (var (service, log) in await stage.LogsAsync(CancellationToken.None))
        {
            await evidence.WriteTextAsync(Path.Combine("logs", $"{service}.log"), log, CancellationToken.None);
        }

        if (Stack is { } stack && await stack.WasStartedAsync(CancellationToken.None))
        {
            var log = await LogOfAsync(stack);
            await evidence.WriteTextAsync(Path.Combine("logs", "stack.log"), log, CancellationToken.None);
        }
    }

    // The logs are no reason why a run is not judged.
    private static async Task<string> LogOfAsync(StackServices stack)
    {
        try
        {
            return await stack.LogsAsync(CancellationToken.None);
        }
        catch (ServerException e)
        {
            return $"No log of the stack: {e.Message}\n";
        }
    }

    /// <summary>Removes the stage, whether it was to be kept or not.</summary>
    public async Task RemoveAsync()
    {
        await Environment.DisposeAsync();
        await stage.DisposeAsync();
        if (Directory.Exists(request.Folder))
        {
            Directory.Delete(request.Folder, recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (request.Keep)
        {
            await Environment.DisposeAsync();
        }
        else
        {
            await RemoveAsync();
        }
    }
}
