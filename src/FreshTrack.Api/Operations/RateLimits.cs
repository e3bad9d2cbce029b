using System.Security.Claims;
using System.Threading.RateLimiting;
using FreshTrack.Api.Auth;
using FreshTrack.Api.Ingestion;

namespace FreshTrack.Api.Operations;

/// <summary>So many requests a second for each webhook secret and each user, with bursts of twice as many; never per
/// address: all of TTN is one.</summary>
internal static class RateLimits
{
    private const int Burst = 2;

    // Secrets share this many buckets, so that a flood of made-up ones cannot fill the memory.
    private const uint SecretBuckets = 16_384;

    private static readonly Key Unlimited = new(Secret: null, User: null);

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    public static IServiceCollection AddRateLimits(this IServiceCollection services, ApiOptions options) =>
        services.AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Key>(context =>
                Partition(context, options)
            );
            limiter.OnRejected = (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : Period;
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString();
                return new ValueTask(
                    ApiErrors.WriteAsync(
                        rejected.HttpContext,
                        StatusCodes.Status429TooManyRequests,
                        "RATE_LIMITED",
                        "Too many requests with this key. Try again after the time in Retry-After."
                    )
                );
            };
        });

    private static RateLimitPartition<Key> Partition(HttpContext context, ApiOptions options)
    {
        var path = context.Request.Path;
        if (ApiPaths.IsIngestion(path))
        {
            return Bucket(new Key(Secret(context.Request.Headers), User: null), options.IngestRequestsPerSecond);
        }

        // Who brings no token is turned away a moment later, without a statement.
        return ApiPaths.IsApi(path) && context.User.Identity is ClaimsIdentity { IsAuthenticated: true }
            ? Bucket(new Key(Secret: null, context.User.StackAuthId()), options.UserRequestsPerSecond)
            : RateLimitPartition.GetNoLimiter(Unlimited);
    }

    private static RateLimitPartition<Key> Bucket(Key key, int perSecond) =>
        RateLimitPartition.GetTokenBucketLimiter(
            key,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = perSecond * Burst,
                TokensPerPeriod = Math.Max(1, (int)(perSecond * Period.TotalSeconds)),
                ReplenishmentPeriod = Period,
            }
        );

    private static uint Secret(IHeaderDictionary headers) =>
        (uint)(WebhookSecret.Of(headers) ?? "").GetHashCode(StringComparison.Ordinal) % SecretBuckets;

    private sealed record Key(uint? Secret, Guid? User);
}
