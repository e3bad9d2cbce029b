using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Fixtures.Source;
using Npgsql;

namespace FreshTrack.Build.Rehearsals;

/// <summary>The servers of one run in containers; gone with this object unless they are to be
/// kept.</summary>
public sealed class StageSetup : IAsyncDisposable
{
    private readonly RehearsalOptions options;
    private readonly Stage stage;
    private readonly RunObservers observers;

    private StageSetup(RehearsalOptions options, Stage stage, DateTimeOffset epoch, RunObservers observers)
    {
        (this.options, this.stage, this.observers) = (options, stage, observers);
        Epoch = epoch;
        Environment = new StageEnvironment(stage, FixtureSecrets.WebhookKey.ToArray());
    }

    /// <summary>Until when the fixtures reach: the hour in which the stage was started.</summary>
    public DateTimeOffset Epoch { get; }

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
        var epoch = FixtureClock.HourOf(clock.GetUtcNow());
        var started = await observers.ShowAsync(
            "Stage",
            progress =>
                Stage.StartAsync(
                    new StageOptions(runId, images, FixtureSecrets.WebhookKey.ToArray()) { Keep = options.Keep },
                    progress,
                    cancellationToken
                ),
            _ => "PostgreSQL source and target, Redis, object store and Stack Auth are ready"
        );
        return new StageSetup(options, started, epoch, observers);
    }

    /// <summary>Fills the source with what the scale and the seed say, up to <see cref="Epoch"/>.</summary>
    public Task<FixtureSummary> FillAsync(CancellationToken cancellationToken) =>
        observers.ShowAsync(
            "Fixtures",
            async progress =>
            {
                await using var administrator = NpgsqlDataSource.Create(stage.SourceAdministrator);
                await SourceDatabase.CreateAsync(administrator, cancellationToken);
                return await SourceFiller.FillAsync(
                    administrator,
                    options.Scale,
                    options.Seed,
                    Epoch,
                    progress,
                    cancellationToken
                );
            },
            filled => $"{filled.Total:N0} rows, up to {Epoch:yyyy-MM-dd HH:mm} UTC"
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
