using Npgsql;

namespace FreshTrack.Api.Alerts;

/// <summary>Judges units after their readings are committed, and looks over all of them every few seconds for what time
/// alone brings about.</summary>
/// <remarks>
/// What is to be judged follows from the data: signals only make it quick. A reading whose signal was lost, with this
/// program or on its way, is found by
/// the next look over all units.
/// </remarks>
internal sealed class AlertWatch(
    NpgsqlDataSource database,
    StoredUnit storedUnit,
    UnitSignals signals,
    ApiOptions options,
    ILogger<AlertWatch> logger
) : BackgroundService
{
    /// <summary>Between two rounds: what arrives meanwhile is judged together.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly DateTime listeningSince = options.Clock.GetUtcNow().UtcDateTime;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            RepeatAsync(JudgeSignalledAsync, Pause, stoppingToken),
            RepeatAsync(LookOverAllAsync, options.LookOverEvery, stoppingToken)
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
        var now = options.Clock.GetUtcNow().UtcDateTime;
        await Escalations.RunAsync(database, options.Channels, now, cancellationToken);
        await using var command = database.CreateCommand(WatchReader.DueSql);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now });
        var due = new List<KeyValuePair<Guid, DateTime>>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            due.Add(new(rows.GetGuid(0), DateTime.MaxValue));
        }

        signals.Add(due);
    }

    private async Task JudgeSignalledAsync(CancellationToken cancellationToken)
    {
        var units = await signals.TakeAsync(cancellationToken);
        try
        {
            await JudgeAsync(units, cancellationToken);
        }
        catch
        {
            signals.Add(units);
            throw;
        }
    }

    private async Task JudgeAsync(IReadOnlyDictionary<Guid, DateTime> units, CancellationToken cancellationToken)
    {
        var now = options.Clock.GetUtcNow().UtcDateTime;
        var stored = await storedUnit.ReadAsync(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var looks = await WatchReader.ReadAsync(transaction, units, now, stored, cancellationToken);
        var judged = looks.Select(look => (look.Unit, look.Judge(listeningSince, now))).ToArray();
        await WatchWriter.WriteAsync(transaction, judged, options.Channels, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        signals.Add(
            looks.Where(look => look.IsPartial).Select(look => KeyValuePair.Create(look.Unit.Id, DateTime.MaxValue))
        );
    }
}
