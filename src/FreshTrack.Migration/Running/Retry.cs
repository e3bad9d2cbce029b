using Amazon.Runtime;
using FreshTrack.Clients.StackAuth;
using Npgsql;
using Polly;
using Polly.Retry;

namespace FreshTrack.Migration;

/// <summary>Repeats work that goes on where it stood, when what cut it off is likely to pass by itself.</summary>
internal static class Retry
{
    private const int Attempts = 6;

    /// <exception cref="MigrationException">It was cut off again and again; the inner exception is the last
    /// cause.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> attempt,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = new PredicateBuilder().Handle<Exception>(IsTransient),
                    MaxRetryAttempts = Attempts - 1,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromSeconds(1),
                    MaxDelay = TimeSpan.FromSeconds(15),
                }
            )
            .Build();
        try
        {
            return await pipeline.ExecuteAsync(async stop => await attempt(stop), cancellationToken);
        }
        catch (Exception error) when (error is not MigrationException && IsTransient(error))
        {
            throw new MigrationException(
                $"The connection was lost {Attempts} times: {error.Message} See that the servers run, then "
                    + "resume; nothing that was finished is done again.",
                error
            );
        }
        catch (PostgresException error)
        {
            throw new MigrationException(
                $"The server refused: {error.MessageText} ({error.SqlState}). Correct the cause, then "
                    + "resume; nothing that was finished is done again.",
                error
            );
        }
    }

    /// <summary>Connections that were cut, servers that restart or are overloaded; never a complaint about
    /// data.</summary>
    public static bool IsTransient(Exception error) =>
        error switch
        {
            MigrationException { InnerException: { } inner } => IsTransient(inner),
            StackAuthException { InnerException: { } inner } => IsTransient(inner),
            PostgresException answer => answer.IsTransient || answer.SqlState.StartsWith("57P"),
            NpgsqlException
            or IOException
            or TimeoutException
            or System.Net.Sockets.SocketException
            or HttpRequestException => true,
            AmazonServiceException answer => (int)answer.StatusCode is 0 or 429 or >= 500,
            AmazonClientException => true,
            _ => false,
        };
}
