using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FreshTrack.IntegrationTests.Api.Chaos;

/// <summary>The API as a process of its own, which can be killed as a machine does it.</summary>
internal sealed class ApiProcess(string database, string redis, string keyFile) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly int port = FreePort();
    private Process? process;

    public Uri Address => new($"http://127.0.0.1:{port}/");

    /// <summary>Starts it, again on the same port, and returns when it says that it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            ["exec", Path.Combine(AppContext.BaseDirectory, "FreshTrack.Api.dll")]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["FRESHTRACK_DATABASE"] = database;
        start.Environment["FRESHTRACK_REDIS"] = redis;
        start.Environment["FRESHTRACK_STACK_AUTH_URL"] = "http://127.0.0.1:1";
        start.Environment["FRESHTRACK_STACK_AUTH_PROJECT"] = ApiStage.Project;
        start.Environment["FRESHTRACK_WEBHOOK_KEY_FILE"] = keyFile;
        start.Environment["FRESHTRACK_LISTEN"] = $"http://127.0.0.1:{port}";
        process?.Dispose();
        process = Process.Start(start)!;
        // A pipe that nobody reads would stop the process once it is full.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await UntilReadyAsync(cancellationToken);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        process!.Kill();
        await process.WaitForExitAsync(cancellationToken);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
        }

        process?.Dispose();
    }

    private async Task UntilReadyAsync(CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Patience);
        using var client = new HttpClient { BaseAddress = Address };
        while (true)
        {
            try
            {
                using var response = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), limited.Token);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limited.Token);
        }
    }
}
