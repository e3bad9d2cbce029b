using FreshTrack.Api.Notifications;
using FreshTrack.Api.Operations;
using Npgsql;

namespace FreshTrack.Api.Alerts;

/// <summary>Judges units after their readings are committed, and looks over all of them every few seconds for what time
/// alone brings about.</summary>
/// <remarks>
/// What is to be judged follows from the data: signals only make it quick. A reading whose signal was lost, with this
/// program or on its way, is found by the next look over all units. While nothing may be written nobody listens, so
/// that this time counts as nobody's silence.
/// </remarks>
internal sealed class AlertWatch(
    NpgsqlDataSource database,
    StoredUnit storedUnit,
    UnitSignals signals,
    Listening listening,
    NotificationHold hold,
    Writers writers,
    ApiOptions options,
    ILogger<AlertWatch> logger
) : BackgroundService
{
    /// <summary>Between two rounds: what arrives meanwhile is judged together.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Putting a unit back into use starts over: what happened meanwhile was nobody's to watch.
    private const string ForgetUnwatchedSql = """
        delete from api.unit_watch where unit_id in (
          select w.unit_id from api.unit_watch w
          where not exists (select from api.watched_units u where u.id = w.unit_id) for update skip locked)
        """;

    private const string ForgetLateSql = """
        delete from api.late_readings l where not exists (select from api.watched_units u where u.id = l.unit_id)
        """;

    private readonly UnitRound round = new(database, storedUnit, signals, options, logger);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            RepeatAsync(JudgeSignalledAsync, Pause, stoppingToken),
            RepeatAsync(token => writers.TryAsync(LookOverAllAsync, token), options.LookOverEvery, stoppingToken),
            RepeatAsync(token => writers.TryAsync(EscalateAsync, token), options.LookOverEvery, stoppingToken)
        );

    private async Task RepeatAsync(Func<CancellationToken, Task> work, TimeSpan pause, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await work(stoppingToken);
                await Task.Delay(pause, TimeProvider.System, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // Stopping. What was not judged is found by the next start.
            }
#pragma warning disable CA1031 // Whatever happened, units are watched on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                logger.WatchFailed(exception.Message);
                await Task.Delay(options.LookOverEvery, TimeProvider.System, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task LookOverAllAsync(CancellationToken cancellationToken)
    {
        await listening.BeatAsync(cancellationToken);
        await ForgetUnwatchedAsync(cancellationToken);
        await using var command = database.CreateCommand(LookSql.Due);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = options.Clock.GetUtcNow().UtcDateTime });
        var due = new List<Guid>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            due.Add(rows.GetGuid(0));
        }

        signals.Add(due);
    }

    private async Task ForgetUnwatchedAsync(CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ForgetUnwatchedSql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ForgetLateSql));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task EscalateAsync(CancellationToken cancellationToken)
    {
        await hold.BeginAsync(cancellationToken);
        var listeningSince = await listening.BeatAsync(cancellationToken);
        await Escalations.RunAsync(
            database,
            options.Channels,
            listeningSince,
            options.Clock.GetUtcNow().UtcDateTime,
            logger,
            cancellationToken
        );
    }

    private async Task JudgeSignalledAsync(CancellationToken cancellationToken)
    {
        var units = await signals.TakeAsync(cancellationToken);
        // What fails, or may not be written now, is found again by the next look over all units.
        await writers.TryAsync(
            async token => await round.JudgeAsync(units, await listening.BeatAsync(token), token),
            cancellationToken
        );
    }
}
