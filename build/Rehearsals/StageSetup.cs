using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Fixtures.Source;

namespace FreshTrack.Build.Rehearsals;

/// <summary>The servers of one run in containers, on the fixtures' clock; gone with this object unless they are to be
/// kept.</summary>
public sealed class StageSetup : IAsyncDisposable
{
    private readonly RehearsalOptions options;
    private readonly Stage stage;
    private readonly RunObservers observers;

    private StageSetup(RehearsalOptions options, Stage stage, TimeProvider stageClock, RunObservers observers)
    {
        (this.options, this.stage, this.observers) = (options, stage, observers);
        Environment = new StageEnvironment(stage, FixtureSecrets.WebhookKey.ToArray(), stageClock);
    }

    public StageEnvironment Environment { get; }

    /// <exception cref="InvalidOperationException">A server did not start; nothing is left running.</exception>
    public static async Task<StageSetup> StartAsync(
        RehearsalOptions options,
        string runId,
        ImageSet images,
        RunObservers observers,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var offset = FixtureClock.Epoch - clock.GetUtcNow();
        var started = await observers.ShowAsync(
            "Stage",
            progress =>
                Stage.StartAsync(
                    new StageOptions(runId, images, offset, FixtureSecrets.WebhookKey.ToArray())
                    {
                        Keep = options.Keep,
                    },
                    progress,
                    cancellationToken
                ),
            _ => "PostgreSQL source and target, Redis, object store and Stack Auth are ready"
        );
        return new StageSetup(options, started, new OffsetTimeProvider(offset), observers);
    }

    /// <summary>Fills the source with what the scale and the seed say.</summary>
    public Task<FixtureSummary> FillAsync(CancellationToken cancellationToken) =>
        observers.ShowAsync(
            "Fixtures",
            async progress =>
            {
                await SourceDatabase.CreateAsync(Environment.Source, cancellationToken);
                return await SourceFiller.FillAsync(
                    Environment.Source,
                    options.Scale,
                    options.Seed,
                    progress,
                    cancellationToken
                );
            },
            filled => $"{filled.Total:N0} rows"
        );

    // Not cancellable: the logs matter most when a run was cut off.
    public async Task KeepLogsAsync(EvidenceFolder evidence)
    {
        foreach (var (service, log) in await stage.LogsAsync(CancellationToken.None))
        {
            await evidence.WriteTextAsync(Path.Combine("logs", $"{service}.log"), log, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Environment.DisposeAsync();
        if (options.Keep)
        {
            observers.Note($"The stage is kept: {stage.Describe()}");
        }
        else
        {
            await stage.DisposeAsync();
        }
    }
}
