using System.Net;
using System.Net.Sockets;
using CliWrap;

namespace FreshTrack.IntegrationTests.Api.Chaos;

/// <summary>The API as a process of its own, which can be killed as a machine does it.</summary>
internal sealed class ApiProcess(string database, string redis, string keyFile) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly int port = FreePort();
    private CancellationTokenSource kill = new();
    private Task process = Task.CompletedTask;

    public Uri Address => new($"http://127.0.0.1:{port}/");

    /// <summary>Starts it, again on the same port, and returns when it says that it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        kill.Dispose();
        kill = new CancellationTokenSource();
        process = Cli.Wrap("dotnet")
            .WithArguments(["exec", Path.Combine(AppContext.BaseDirectory, "FreshTrack.Api.dll")])
            .WithEnvironmentVariables(variables =>
                variables
                    .Set("FRESHTRACK_DATABASE", database)
                    .Set("FRESHTRACK_REDIS", redis)
                    .Set("FRESHTRACK_STACK_AUTH_URL", "http://127.0.0.1:1")
                    .Set("FRESHTRACK_STACK_AUTH_PROJECT", ApiStage.Project)
                    .Set("FRESHTRACK_WEBHOOK_KEY_FILE", keyFile)
                    .Set("FRESHTRACK_LISTEN", $"http://127.0.0.1:{port}")
            )
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(kill.Token)
            .Task;
        await UntilReadyAsync(cancellationToken);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        await kill.CancelAsync();
        await process.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        kill.Cancel();
        kill.Dispose();
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
