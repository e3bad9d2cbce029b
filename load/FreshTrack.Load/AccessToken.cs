namespace FreshTrack.Load;

/// <summary>A user's access token, exchanged for another one halfway through its life: whoever makes requests never
/// waits for it.</summary>
/// <param name="first">Taken just now.</param>
/// <param name="renew">Gives another one.</param>
public sealed class AccessToken(string first, Func<CancellationToken, Task<string>> renew, TimeProvider time)
{
    /// <summary>Half of the ten minutes that Stack Auth's access tokens live.</summary>
    public static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(5);

    /// <summary>How soon a renewal that failed is tried again.</summary>
    public static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(10);

    private readonly Lock guard = new();
    private string current = first;
    private long renewsAt = time.GetTimestamp() + Ticks(RenewAfter, time);

    /// <summary>The newest; starts a renewal in the background when it is time.</summary>
    public string Current
    {
        get
        {
            if (time.GetTimestamp() >= Volatile.Read(ref renewsAt))
            {
                Renew();
            }

            return Volatile.Read(ref current);
        }
    }

    private void Renew()
    {
        lock (guard)
        {
            if (time.GetTimestamp() < renewsAt)
            {
                return;
            }

            Volatile.Write(ref renewsAt, time.GetTimestamp() + Ticks(TryAgainAfter, time));
        }

        _ = RenewAsync();
    }

    private async Task RenewAsync()
    {
        try
        {
            Volatile.Write(ref current, await renew(CancellationToken.None));
            Volatile.Write(ref renewsAt, time.GetTimestamp() + Ticks(RenewAfter, time));
        }
        catch (Clients.StackAuth.StackAuthException)
        {
            // The old one still holds, and what fails once it does not is counted as failed requests.
        }
    }

    private static long Ticks(TimeSpan span, TimeProvider time) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
