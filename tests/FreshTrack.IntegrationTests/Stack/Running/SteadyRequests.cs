using System.Collections.Concurrent;
using System.Net;

namespace FreshTrack.IntegrationTests.Stack.Running;

/// <summary>Asks for a page again and again, as some visitors at once would, until it is ended.</summary>
internal sealed class SteadyRequests
{
    /// <summary>A page that asks who is there, of the API itself, without anything that it depends on: 401.</summary>
    public static readonly Uri Alerts = new(RunningStack.Api, "api/orgs/00000000-0000-4000-8000-000000000000/alerts");

    private const int Visitors = 6;

    // A request that has begun is answered: nothing here is cancelled.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentBag<string> failures = [];
    private readonly HttpClient client;
    private readonly Uri page;
    private readonly HttpStatusCode expected;
    private readonly Task visitors;
    private int sent;

    /// <param name="expected">What the page answers.</param>
    public SteadyRequests(HttpClient client, Uri page, HttpStatusCode expected)
    {
        (this.client, this.page, this.expected) = (client, page, expected);
        visitors = Task.WhenAll(
            Enumerable.Range(0, Visitors).Select(_ => Task.Run(VisitAsync, CancellationToken.None))
        );
    }

    /// <returns>How many requests were sent, and what became of those that failed.</returns>
    public async Task<(int Sent, IReadOnlyCollection<string> Failures)> EndAsync()
    {
        await end.CancelAsync();
        await visitors;
        end.Dispose();
        client.Dispose();
        return (sent, failures);
    }

    private async Task VisitAsync()
    {
        while (!end.IsCancellationRequested)
        {
            Interlocked.Increment(ref sent);
            try
            {
                using var answer = await client.GetAsync(page, CancellationToken.None);
                if (answer.StatusCode != expected)
                {
                    failures.Add(
                        $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(CancellationToken.None)}"
                    );
                }
            }
            catch (HttpRequestException e)
            {
                failures.Add($"{e.Message} {e.InnerException?.Message}");
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }
}
