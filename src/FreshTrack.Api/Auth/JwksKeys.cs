using System.Text.Json;
using FreshTrack.Api.Monitoring;
using Microsoft.IdentityModel.Tokens;
using Prometheus;

namespace FreshTrack.Api.Auth;

/// <summary>Stack Auth's public keys: read when first needed,
/// again after 10 minutes, and for an unknown key at most every 30 s.</summary>
/// <remarks>While Stack Auth does not answer, known keys stay good and it is asked again after 5 s.</remarks>
internal sealed class JwksKeys(HttpClient http, Uri address, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan MaximumAge = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MinimumAge = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim reading = new(1);
    private volatile KeySet keys = KeySet.None;

    /// <returns>Null when Stack Auth has no such key.</returns>
    /// <exception cref="HttpRequestException">The key is not known and Stack Auth does not answer.</exception>
    public async ValueTask<SecurityKey?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        if (!IsDue(keyId))
        {
            return Known(keyId);
        }

        // Whoever brings a known key need not wait for another's question to Stack Auth.
        var patience = keys.Find(keyId) is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero;
        if (!await reading.WaitAsync(patience, cancellationToken))
        {
            return Known(keyId);
        }

        try
        {
            if (IsDue(keyId))
            {
                keys = await ReadAsync();
            }

            return Known(keyId);
        }
        finally
        {
            reading.Release();
        }
    }

    public void Dispose()
    {
        reading.Dispose();
        http.Dispose();
    }

    private SecurityKey? Known(string keyId)
    {
        var current = keys;
        return current.Find(keyId)
            ?? (
                current.FailedAt is null
                    ? null
                    : throw new HttpRequestException($"The keys of Stack Auth cannot be read from {address}.")
            );
    }

    private bool IsDue(string keyId)
    {
        var current = keys;
        return current.FailedAt is { } failedAt
            ? clock.GetElapsedTime(failedAt) >= RetryAfter
            : current.ReadAt is not { } readAt
                || clock.GetElapsedTime(readAt) >= (current.Find(keyId) is null ? MinimumAge : MaximumAge);
    }

    // Without the request's token: a client that leaves must not end
    // what others wait for. The HTTP client has a limit of its own.
    private async Task<KeySet> ReadAsync()
    {
        try
        {
            var set = new JsonWebKeySet(await http.GetStringAsync(address, CancellationToken.None));
            var named = set.GetSigningKeys()
                .Where(key => !string.IsNullOrEmpty(key.KeyId))
                .DistinctBy(key => key.KeyId);
            var known = named.ToDictionary(key => key.KeyId);
            AuthMetrics.KeysRead.Inc();
            AuthMetrics.Keys.Set(known.Count);
            AuthMetrics.KeysReadAt.SetToTimeUtc(clock.GetUtcNow());
            return new KeySet(known, clock.GetTimestamp(), FailedAt: null);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or TaskCanceledException or JsonException or ArgumentException)
        {
            AuthMetrics.KeysNotRead.Inc();
            return keys with { FailedAt = clock.GetTimestamp() };
        }
    }

    private sealed record KeySet(Dictionary<string, SecurityKey> Keys, long? ReadAt, long? FailedAt)
    {
        public static KeySet None { get; } = new([], null, null);

        public SecurityKey? Find(string keyId) => Keys.GetValueOrDefault(keyId);
    }
}
