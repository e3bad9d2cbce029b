using System.Net;
using System.Net.Sockets;
using FreshTrack.Api;
using FreshTrack.Api.Ingestion;
using Microsoft.AspNetCore.Builder;

namespace FreshTrack.BrowserTests.Welcome;

public enum ApiState
{
    /// <summary>Nothing listens.</summary>
    Away,
    Open,
    Maintained,
}

/// <summary>The API at one address, open, in maintenance or away. It has no database: what is asked for here needs
/// none.</summary>
public sealed class SwitchedApi : IAsyncDisposable
{
    private WebApplication? api;
    private ApiState state = ApiState.Away;

    public Uri Address { get; } = Free();

    /// <summary>Whose browsers may read the answers.</summary>
    public Uri Page { get; set; } = null!;

    public async Task SetAsync(ApiState wanted)
    {
        if (wanted == state)
        {
            return;
        }

        await DisposeAsync();
        if (wanted != ApiState.Away)
        {
            api = FreshTrackApi.Build(
                new ApiOptions
                {
                    Database = "Host=127.0.0.1;Port=1;Username=nobody;Password=none",
                    StackAuthUrl = new Uri("http://127.0.0.1:1"),
                    StackAuthProject = SignInService.Project,
                    WebhookKey = WebhookKey.Parse(Convert.ToBase64String(new byte[32])),
                    Listen = WelcomeStage.Origin(Address),
                    Origins = [WelcomeStage.Origin(Page)],
                    Maintenance = wanted == ApiState.Maintained,
                }
            );
            await api.StartAsync(TestContext.Current.CancellationToken);
        }

        state = wanted;
    }

    public async ValueTask DisposeAsync()
    {
        if (api is not null)
        {
            await api.DisposeAsync();
            api = null;
        }

        state = ApiState.Away;
    }

    private static Uri Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }
}
