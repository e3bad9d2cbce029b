using StackExchange.Redis;

namespace FreshTrack.Api.Ingestion;

/// <summary>Lets every API forget its directory when one of them, or an administrator's <c>PUBLISH freshtrack:directory
/// changed</c>, says that it changed.</summary>
/// <remarks>Without Redis, or while it is gone, a change is seen after 30 s.</remarks>
internal sealed class DirectoryChanges(
    RedisConnection redis,
    DeviceDirectory directory,
    ILogger<DirectoryChanges> logger
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private static readonly RedisChannel Channel = RedisChannel.Literal("freshtrack:directory");

    /// <summary>Forgets here at once, and elsewhere as soon as Redis passes it on.</summary>
    public async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        directory.Forget();
        if (redis.IsConfigured)
        {
            try
            {
                await (await redis.OpenAsync(cancellationToken))
                    .GetSubscriber()
                    .PublishAsync(Channel, "changed", CommandFlags.FireAndForget);
            }
#pragma warning disable CA1031 // Not all that Redis's client throws is a RedisException; nothing of it stops ingestion.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                logger.RedisUnavailable(exception.Message);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!redis.IsConfigured)
        {
            return;
        }

        var connection = await redis.OpenAsync(stoppingToken);
        // What was published while the connection was gone is lost.
        connection.ConnectionRestored += (_, _) => directory.Forget();
        connection.ConnectionFailed += (_, failure) => logger.RedisUnavailable(failure.FailureType.ToString());
        while (!await TrySubscribeAsync(connection) && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, TimeProvider.System, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        directory.Forget();
    }

    /// <summary>Once made, the client repeats it at every connection.</summary>
    private async Task<bool> TrySubscribeAsync(ConnectionMultiplexer connection)
    {
        try
        {
            await connection.GetSubscriber().SubscribeAsync(Channel, (_, _) => directory.Forget());
            return true;
        }
#pragma warning disable CA1031 // As above: a time-out is none.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Away, silent, or given up because the program ends.
            logger.RedisUnavailable(exception.GetType().Name);
            return false;
        }
    }
}
