using System.Diagnostics;
using Microsoft.IdentityModel.Tokens;

namespace FreshTrack.Api.Auth;

/// <summary>Stack Auth's public keys: read when first needed, again after 10 minutes, and for an unknown key at most every 30 s.</summary>
internal sealed class JwksKeys(HttpClient http, Uri address) : IDisposable
{
    private static readonly TimeSpan MaximumAge = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MinimumAge = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim refreshing = new(1);
    private volatile KeySet keys = new([], null);

    /// <summary>The keys as last read; <see cref="EnsureAsync"/> comes first.</summary>
    public IEnumerable<SecurityKey> Named(string? keyId) => keys.Keys.Where(key => key.KeyId == keyId);

    /// <exception cref="HttpRequestException">No keys have been read yet and Stack Auth does not answer.</exception>
    public async ValueTask EnsureAsync(string keyId, CancellationToken cancellationToken)
    {
        if (IsFresh(keyId))
        {
            return;
        }

        await refreshing.WaitAsync(cancellationToken);
        try
        {
            if (!IsFresh(keyId))
            {
                await RefreshAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && Named(keyId).Any())
        {
            // Keys that are known stay good while Stack Auth is away.
        }
        finally
        {
            refreshing.Release();
        }
    }

    public void Dispose()
    {
        refreshing.Dispose();
        http.Dispose();
    }

    private bool IsFresh(string keyId) => keys.IsYoungerThan(Named(keyId).Any() ? MaximumAge : MinimumAge);

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var set = new JsonWebKeySet(await http.GetStringAsync(address, cancellationToken));
        keys = new KeySet([.. set.GetSigningKeys()], Stopwatch.GetTimestamp());
    }

    private sealed record KeySet(SecurityKey[] Keys, long? ReadAt)
    {
        public bool IsYoungerThan(TimeSpan age) => ReadAt is { } readAt && Stopwatch.GetElapsedTime(readAt) < age;
    }
}
