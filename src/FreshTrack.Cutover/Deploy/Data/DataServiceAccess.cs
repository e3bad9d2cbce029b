using System.Net;
using System.Net.Sockets;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Visitors;

namespace FreshTrack.Cutover.Deploy;

/// <summary>Where this process reaches the data services of a deployed stack, which nothing publishes: at the addresses
/// of their containers where the engine is this machine's, else at ports of the loopback that lead there through the
/// server's own SSH. A tunnel that ends is opened again, at the same ports.</summary>
public sealed class DataServiceAccess : IAsyncDisposable
{
    private const int Attempts = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource end = new();
    private readonly ServerShell shell;
    private readonly ContainerAddresses addresses;
    private readonly IReadOnlyList<ServicePort> wanted;
    private IReadOnlyList<HostAndPort> reached = [];
    private Task keeping = Task.CompletedTask;
    private ServerTunnel? tunnel;
    private string? problem;

    private DataServiceAccess(DeploySettings settings, IReadOnlyList<ServicePort> wanted)
    {
        this.wanted = wanted;
        shell = new ServerShell(settings.Host, settings.SshConfig);
        addresses = new ContainerAddresses(shell, settings.Project);
    }

    /// <param name="wanted">What is asked for; at least one.</param>
    /// <exception cref="ServerException">The server was not reached, or a service does not run there.</exception>
    public static async Task<DataServiceAccess> OpenAsync(
        DeploySettings settings,
        IReadOnlyList<ServicePort> wanted,
        CancellationToken cancellationToken
    )
    {
        var access = new DataServiceAccess(settings, wanted);
        try
        {
            await access.OpenAsync(cancellationToken);
            return access;
        }
        catch
        {
            await access.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a port of a service is reached.</summary>
    public HostAndPort Of(ServicePort port) => reached[wanted.ToList().IndexOf(port)];

    /// <summary>What there is to say of the way to the services when one of them does not answer; empty where there is
    /// nothing between.</summary>
    public string Remark =>
        shell.Address.IsLocal ? ""
        : problem is { } broken ? $"; the tunnel to {shell.Address} is broken and opened again every 5 s: {broken}"
        : tunnel is { } open ? $"; it is reached through SSH to {shell.Address}, which said last: {open.Said}"
        : "";

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (tunnel is not null)
        {
            await tunnel.DisposeAsync();
        }

        end.Dispose();
    }

    private string[] Services => [.. wanted.Select(port => port.Service)];

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var found = await addresses.FindAsync(Services, cancellationToken);
        if (shell.Address.IsLocal)
        {
            reached = [.. found.Zip(wanted, (address, port) => new HostAndPort($"{address}", port.Port))];
            return;
        }

        for (var attempt = 1; ; attempt++)
        {
            var ports = FreePorts(wanted.Count);
            try
            {
                tunnel = await TunnelAsync(found, ports, cancellationToken);
                reached = [.. ports.Select(port => new HostAndPort("127.0.0.1", port))];
                keeping = KeepAsync(ports);
                return;
            }
            // Another program took one of the ports a moment ago.
            catch (ServerException) when (attempt < Attempts) { }
        }
    }

    private Task<ServerTunnel> TunnelAsync(
        IReadOnlyList<IPAddress> found,
        IReadOnlyList<int> ports,
        CancellationToken cancellationToken
    ) =>
        ServerTunnel.OpenAsync(
            shell,
            [.. wanted.Select((port, i) => new TunnelEnd(ports[i], $"{found[i]}", port.Port))],
            addresses.Command(Services),
            cancellationToken
        );

    private async Task KeepAsync(IReadOnlyList<int> ports)
    {
        while (true)
        {
            await tunnel!.Ended.WaitAsync(end.Token);
            var ended = tunnel;
            (problem, tunnel) = (ended.Said, null);
            await ended.DisposeAsync();
            while (problem is not null)
            {
                try
                {
                    var found = await addresses.FindAsync(Services, end.Token);
                    tunnel = await TunnelAsync(found, ports, end.Token);
                    problem = null;
                }
                catch (ServerException e)
                {
                    problem = e.Message;
                    await Task.Delay(Pause, TimeProvider.System, end.Token);
                }
            }
        }
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}
