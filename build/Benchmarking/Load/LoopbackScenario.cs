using FreshTrack.Load;

namespace FreshTrack.Build.Benchmarking.Load;

/// <summary>The cheapest request there is: what is measured is the runner.</summary>
internal sealed class LoopbackScenario(Uri address, LoadTransport transport) : IScenario
{
    public string Name => "loopback";

    public async ValueTask<RequestOutcome> SendAsync(long arrival, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await transport.SendAsync(request, expected: null, json: true, cancellationToken);
    }
}
