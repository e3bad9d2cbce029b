using System.Net;

namespace FreshTrack.Cutover.Environments;

/// <summary>Asks the old application's page whether it is closed for its users.</summary>
public sealed class MaintenanceProbe(Uri page, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // A page to which a closed application redirects answers 200, and so does its sign-in page when it is open.
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = AnswerLimit,
    };

    /// <summary>Asks once.</summary>
    public async Task<MaintenanceAnswer> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(page, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            bool? isClosed =
                answer.StatusCode == HttpStatusCode.ServiceUnavailable ? true
                : answer.IsSuccessStatusCode ? false
                : null;
            return new MaintenanceAnswer(isClosed, $"answers {(int)answer.StatusCode}");
        }
        catch (HttpRequestException error)
        {
            return new MaintenanceAnswer(null, $"cannot be reached: {error.Message}");
        }
        catch (TaskCanceledException error) when (error.InnerException is TimeoutException)
        {
            return new MaintenanceAnswer(null, $"gives no answer within {AnswerLimit.TotalSeconds} s");
        }
    }

    /// <summary>Asks every second until the application is closed, or open, or the time is over.</summary>
    /// <returns>The last answer.</returns>
    public async Task<MaintenanceAnswer> WaitAsync(bool isClosed, TimeSpan within, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var answer = await AskAsync(cancellationToken);
            if (answer.IsClosed == isClosed || clock.GetElapsedTime(started) >= within)
            {
                return answer;
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    public void Dispose() => http.Dispose();
}

/// <param name="IsClosed">Null where the answer says neither.</param>
/// <param name="Text">What the page did: <c>answers 404</c>.</param>
public sealed record MaintenanceAnswer(bool? IsClosed, string Text);
