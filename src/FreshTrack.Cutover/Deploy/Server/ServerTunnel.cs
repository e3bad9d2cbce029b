using CliWrap;
using FreshTrack.Cutover.Processes;

namespace FreshTrack.Cutover.Deploy;

/// <summary>Ports of this machine's loopback that lead to addresses which the server alone reaches, over one connection
/// of the machine's own ssh. It ends with this process, however that ends: a program on the server waits for its word,
/// and ssh ends with that program.</summary>
internal sealed class ServerTunnel : IAsyncDisposable
{
    private const string Open = "open";

    /// <summary>A connection that breaks without a word is given up after this.</summary>
    private const int PatienceSeconds = 90;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>How long connections through it may go on after it was told to end.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    // Once what leads to the addresses says something else, they are another's.
    private const string Script = """
        patience=$1; shift
        before=$("$@" < /dev/null) || exit 1
        echo open
        while IFS= read -r -t "$patience" _; do
          [ "$("$@" < /dev/null)" = "$before" ] || exit 1
        done
        """;

    private readonly CancellationTokenSource end = new();
    private readonly CancellationTokenSource kill = new();
    private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LastLine last = new();
    private readonly Task<(int Code, string Last)> connection;

    private ServerTunnel(ServerShell shell, IReadOnlyList<TunnelEnd> ends, IReadOnlyList<string> watched) =>
        connection = shell.ListenAsync(
            ["bash", "-c", Script, "tunnel", $"{PatienceSeconds}", .. watched],
            PipeSource.Create(BeatAsync),
            line =>
            {
                if (line == Open)
                {
                    open.TrySetResult();
                }
            },
            last,
            Options(ends),
            kill.Token
        );

    /// <summary>What ssh said last: why a connection was refused at the other end.</summary>
    public string Said => last.Text;

    /// <summary>Ends when the tunnel does; never fails.</summary>
    public Task Ended => Task.WhenAny(connection);

    /// <param name="watched">A command whose output says where the ends are: once it changes, the tunnel
    /// ends.</param>
    /// <exception cref="ServerException">The server was not reached, or a port of this machine is taken.</exception>
    public static async Task<ServerTunnel> OpenAsync(
        ServerShell shell,
        IReadOnlyList<TunnelEnd> ends,
        IReadOnlyList<string> watched,
        CancellationToken cancellationToken
    )
    {
        var tunnel = new ServerTunnel(shell, ends, watched);
        try
        {
            await Task.WhenAny(tunnel.open.Task, tunnel.connection).WaitAsync(cancellationToken);
            if (tunnel.open.Task.IsCompleted)
            {
                return tunnel;
            }

            var (code, said) = await tunnel.connection;
            throw new ServerException(
                $"The tunnel to {shell.Address} ended at once (exit code {code}): {said}. Expected a connection that "
                    + $"forwards {string.Join(", ", ends)}; see that sshd there allows AllowTcpForwarding."
            );
        }
        catch
        {
            await tunnel.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        kill.CancelAfter(Grace);
        await ((Task)connection).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
        kill.Dispose();
    }

    /// <summary>Of ssh. A connection that is shared with others would keep the ports when this one has ended.</summary>
    internal static IReadOnlyList<string> Options(IReadOnlyList<TunnelEnd> ends) =>
        [
            "-o",
            "ControlMaster=no",
            "-o",
            "ControlPath=none",
            "-o",
            "ExitOnForwardFailure=yes",
            .. ends.SelectMany(one => new[] { "-L", $"127.0.0.1:{one.LocalPort}:{one.Host}:{one.Port}" }),
        ];

    private async Task BeatAsync(Stream input, CancellationToken ended)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, ended);
        try
        {
            while (true)
            {
                await input.WriteAsync("\n"u8.ToArray(), either.Token);
                await input.FlushAsync(either.Token);
                await Task.Delay(Heartbeat, TimeProvider.System, either.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Its input ends here, and with it the program.
        }
    }
}

/// <param name="LocalPort">Of this machine's loopback.</param>
/// <param name="Host">As the server reaches it.</param>
internal sealed record TunnelEnd(int LocalPort, string Host, int Port)
{
    public override string ToString() => $"127.0.0.1:{LocalPort} to {Host}:{Port}";
}
