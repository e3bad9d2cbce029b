using FreshTrack.Api.Monitoring;
using FreshTrack.Api.Operations;

namespace FreshTrack.Api.Notifications;

/// <summary>Sends what is in the outbox. A delivery is marked before it goes out and recorded after: it reaches its
/// recipient at most once.</summary>
internal sealed class Sender(Outbox outbox, IEnumerable<IChannel> channels, Writers writers, ILogger<Sender> logger)
    : BackgroundService
{
    private const int RecordAttempts = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, IChannel> byName = channels.ToDictionary(channel => channel.Name);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await SendDueAsync(stoppingToken) == 0)
                {
                    await Task.Delay(Pause, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // Stopping between two rounds; what is being sent is finished first.
            }
#pragma warning disable CA1031 // Whatever happened, the next alert has to get out.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                logger.SenderFailed(exception.Message);
                await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> SendDueAsync(CancellationToken stoppingToken)
    {
        // What is being sent is recorded, also in tables that customers see.
        using var work = writers.Enter();
        if (!writers.MayWrite)
        {
            return 0;
        }

        if (await outbox.GiveUpAbandonedAsync(stoppingToken) is > 0 and var abandoned)
        {
            logger.DeliveriesAbandoned(abandoned);
        }

        var claimed = await outbox.ClaimAsync([.. byName.Keys], stoppingToken);
        // Not with the stopping token: whoever has begun to send also records it. The channels' own time limits are
        // shorter than the host's patience.
        await Task.WhenAll(claimed.Select(delivery => SendAsync(delivery, CancellationToken.None)));
        return claimed.Count;
    }

    private async Task SendAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var outcome = delivery switch
        {
            { IsWanted: false } => SendOutcome.Rejected(
                "Not needed any more: what it tells of was acknowledged or resolved before it was sent."
            ),
            { Address: null } => SendOutcome.Rejected("The recipient has no address for this channel any more."),
            _ => await byName[delivery.Channel].SendAsync(delivery, delivery.Address, cancellationToken),
        };
        if (outcome.Result != SendResult.Sent && delivery.IsWanted)
        {
            logger.DeliveryNotSent(delivery.Id, delivery.Channel, delivery.Attempt, outcome.Result, outcome.Error!);
        }

        NotificationMetrics.Count(delivery, outcome);
        await RecordAsync(delivery, outcome, cancellationToken);
    }

    /// <summary>Patient with the database: what is not recorded
    /// is given up later, although it may have arrived.</summary>
    private async Task RecordAsync(Delivery delivery, SendOutcome outcome, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await outbox.RecordAsync(delivery, outcome, cancellationToken);
                return;
            }
            catch (Exception exception) when (exception is Npgsql.NpgsqlException or TimeoutException)
            {
                logger.DeliveryNotRecorded(delivery.Id, exception.Message);
                if (attempt == RecordAttempts)
                {
                    return;
                }

                await Task.Delay(Pause * attempt, cancellationToken);
            }
        }
    }
}
