using System.Net;
using System.Threading.RateLimiting;
using Polly;
using Polly.Retry;

namespace FreshTrack.Clients.StackAuth;

/// <summary>When a call to Stack Auth is repeated, and how many a second this process makes.</summary>
/// <param name="time">Measures the pauses.</param>
internal sealed class Repetition(TimeProvider time)
{
    private const int CallsPerSecond = 50;

    // One for the process: the server counts its callers, not their objects.
    private static readonly TokenBucketRateLimiter Pace = new(
        new TokenBucketRateLimiterOptions
        {
            TokenLimit = CallsPerSecond,
            TokensPerPeriod = CallsPerSecond / 10,
            ReplenishmentPeriod = TimeSpan.FromSeconds(0.1),
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <summary>429 says that nothing was done, so that any call may be repeated after it.</summary>
    public ResiliencePipeline<HttpResponseMessage> Throttled { get; } =
        Pipeline(response => response.StatusCode == HttpStatusCode.TooManyRequests, failures: false, time);

    /// <summary>Reading may be repeated after anything.</summary>
    public ResiliencePipeline<HttpResponseMessage> Always { get; } =
        Pipeline(
            response => response.StatusCode == HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500,
            failures: true,
            time
        );

    /// <summary>Makes one call when it is its turn.</summary>
    public static async ValueTask<HttpResponseMessage> InTurnAsync(
        Func<CancellationToken, Task<HttpResponseMessage>> call,
        CancellationToken cancellationToken
    )
    {
        using var turn = await Pace.AcquireAsync(permitCount: 1, cancellationToken);
        return await call(cancellationToken);
    }

    private static ResiliencePipeline<HttpResponseMessage> Pipeline(
        Func<HttpResponseMessage, bool> again,
        bool failures,
        TimeProvider time
    )
    {
        var handled = new PredicateBuilder<HttpResponseMessage>().HandleResult(response => again(response));
        return new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions<HttpResponseMessage>
                {
                    ShouldHandle = failures ? handled.Handle<HttpRequestException>() : handled,
                    MaxRetryAttempts = 8,
                    Delay = TimeSpan.FromMilliseconds(200),
                    MaxDelay = TimeSpan.FromSeconds(10),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    DelayGenerator = arguments =>
                        ValueTask.FromResult(arguments.Outcome.Result?.Headers.RetryAfter?.Delta),
                }
            )
            .Build();
    }
}
