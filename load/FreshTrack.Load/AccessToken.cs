using FreshTrack.Clients.StackAuth;

namespace FreshTrack.Load;

/// <summary>A user's access token, exchanged for another one halfway through the life that the token itself states:
/// whoever makes requests waits only when it has ended unused.</summary>
/// <param name="first">Taken just now.</param>
/// <param name="renew">Gives another one.</param>
public sealed class AccessToken(string first, Func<CancellationToken, Task<string>> renew, TimeProvider time)
{
    /// <summary>How soon a renewal that failed is tried again.</summary>
    public static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(10);

    private readonly Lock guard = new();
    private volatile Held held = new(first, time.GetTimestamp(), TokenLife.Of(first));
    private Task? renewal;
    private (Held? Of, long At) tried;

    /// <summary>The newest; starts a renewal in the background when it is time.</summary>
    public string Current
    {
        get
        {
            var token = held;
            var age = time.GetElapsedTime(token.Since);
            if (age >= token.Life / 2)
            {
                var renewed = Renew(token);
                if (age >= token.Life)
                {
                    renewed.Wait();
                }
            }

            return held.Token;
        }
    }

    private Task Renew(Held old)
    {
        lock (guard)
        {
            var isTime = tried.Of != old || time.GetElapsedTime(tried.At) >= TryAgainAfter;
            if (held == old && renewal is not { IsCompleted: false } && isTime)
            {
                tried = (old, time.GetTimestamp());
                renewal = RenewAsync();
            }

            return renewal ?? Task.CompletedTask;
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            var token = await renew(CancellationToken.None);
            held = new Held(token, time.GetTimestamp(), TokenLife.Of(token));
        }
        catch (StackAuthException)
        {
            // The old one may still hold, and what fails once it does not is counted as failed requests.
        }
    }

    /// <param name="Since">Timestamp at which it was taken.</param>
    private sealed record Held(string Token, long Since, TimeSpan Life);
}
