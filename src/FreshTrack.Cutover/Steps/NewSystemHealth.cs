using System.Text.Json.Nodes;
using FreshTrack.Cutover.Environments;

namespace FreshTrack.Cutover.Steps;

/// <summary>What the new API says of itself at <c>/health</c>, also during maintenance.</summary>
internal static class NewSystemHealth
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <returns>Whether it is in maintenance; null where no API runs.</returns>
    public static async Task<bool?> IsInMaintenanceAsync(
        IApiDeployment deployment,
        HttpClient client,
        CancellationToken cancellationToken
    )
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await deployment.FindAsync(cancellationToken) is { } api)
        {
            try
            {
                return await AskAsync(new Uri(api, "health"), client, cancellationToken);
            }
            catch (HttpRequestException) when (TimeProvider.System.GetElapsedTime(started) < StartLimit)
            {
                // It starts, or stops: a process that was killed did not wait for it.
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }

        return null;
    }

    private static async Task<bool> AskAsync(Uri health, HttpClient client, CancellationToken cancellationToken)
    {
        // A degraded system answers 503 and says the same.
        using var response = await client.GetAsync(health, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return JsonNode.Parse(text)?["maintenance"]?.GetValue<bool>()
            ?? throw new InvalidOperationException($"GET {health} says nothing of maintenance: {text}");
    }

    /// <summary>Waits until the API has heard of the switch; each instance looks once a second.</summary>
    /// <exception cref="InvalidOperationException">It has not heard of it within half a minute.</exception>
    public static async Task WaitAsync(
        IApiDeployment deployment,
        bool isInMaintenance,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var started = clock.GetTimestamp();
        while (
            await IsInMaintenanceAsync(deployment, client, cancellationToken) is { } found && found != isInMaintenance
        )
        {
            if (clock.GetElapsedTime(started) > Limit)
            {
                throw new InvalidOperationException(
                    $"The API's maintenance is {(found ? "on" : "off")} after {Limit.TotalSeconds:0} s, expected "
                        + $"{(isInMaintenance ? "on" : "off")}. Look at its log, then try again."
                );
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }
}
