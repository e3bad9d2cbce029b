using System.Text.Json;
using System.Text.Json.Nodes;
using SocketIOClient;
using SocketIOClient.Transport;

namespace FreshTrack.Clients.Kuma;

/// <summary>One connection to Uptime Kuma: calls with an answer each, and lists that the server sends by
/// itself.</summary>
/// <remarks>The library counts its packets without a lock: calls are made one at a time. Once the connection has ended,
/// an answer never comes, so every wait ends with it.</remarks>
internal sealed class KumaSocket : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly SocketIO socket;
    private readonly Uri address;
    private readonly TimeSpan patience;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly TaskCompletionSource<bool> opened = New<bool>();
    private readonly TaskCompletionSource<string> ended = New<string>();
    private readonly Dictionary<string, TaskCompletionSource<JsonNode>> events;

    private KumaSocket(KumaAccount account, IReadOnlyDictionary<string, Func<JsonNode, bool>> wanted)
    {
        (address, patience) = (account.Address, account.Patience);
        events = wanted.Keys.ToDictionary(name => name, _ => New<JsonNode>());
        socket = new SocketIO(
            address,
            new SocketIOOptions
            {
                // It would poll first and leave that session behind.
                Transport = TransportProtocol.WebSocket,
                // It would try for ever.
                Reconnection = false,
                ConnectionTimeout = patience,
            }
        );
        socket.OnConnected += (_, _) => opened.TrySetResult(true);
        socket.OnError += (_, reason) => ended.TrySetResult(reason);
        socket.OnDisconnected += (_, reason) => ended.TrySetResult(reason);
        foreach (var (name, isWanted) in wanted)
        {
            socket.On(
                name,
                response =>
                {
                    if (First(response) is { } value && isWanted(value))
                    {
                        events[name].TrySetResult(value);
                    }
                }
            );
        }
    }

    /// <param name="wanted">Events that are waited for later, by name, and whether one with this value counts.</param>
    /// <exception cref="KumaException">The server cannot be reached.</exception>
    public static async Task<KumaSocket> OpenAsync(
        KumaAccount account,
        IReadOnlyDictionary<string, Func<JsonNode, bool>> wanted,
        CancellationToken cancellationToken
    )
    {
        var connection = new KumaSocket(account, wanted);
        try
        {
            await connection.ConnectAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a call.</summary>
    /// <returns>The first value of its answer.</returns>
    /// <exception cref="KumaException">No answer came in time, or the connection ended.</exception>
    public async Task<JsonNode?> CallAsync(string name, CancellationToken cancellationToken, params object?[] arguments)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var answer = New<JsonNode?>();
            var sent = socket.EmitAsync(
                name,
                cancellationToken,
                response => answer.TrySetResult(First(response)),
                arguments
            );
            await UntilAsync(SentAsync(sent), $"take '{name}'", cancellationToken);
            return await UntilAsync(answer.Task, $"answer '{name}'", cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The first value that the server sent under this name, now or later.</summary>
    /// <exception cref="KumaException">None came in time, or the connection ended.</exception>
    public Task<JsonNode> EventAsync(string name, CancellationToken cancellationToken) =>
        UntilAsync(events[name].Task, $"send '{name}'", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        var farewell = socket.DisconnectAsync();
        // However that ends, the connection is over: the server may have gone first.
        await Task.WhenAny(farewell, Task.Delay(Farewell, TimeProvider.System));
        _ = farewell.Exception;
        socket.Dispose();
        turn.Dispose();
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync().WaitAsync(patience, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever the library throws, the connection failed.
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            var reason = error is TimeoutException ? $"no answer within {patience.TotalSeconds} s" : Innermost(error);
            throw new KumaException(
                $"Uptime Kuma at {address} cannot be reached: {reason}. See that it runs, that its address is right "
                    + "and that its database was chosen, and run again.",
                error
            );
        }

        // The library returns once the transport is open, which is before the server takes calls.
        await UntilAsync(opened.Task, "open a session", cancellationToken);
    }

    private static async Task<bool> SentAsync(Task sent)
    {
        await sent;
        return true;
    }

    private async Task<T> UntilAsync<T>(Task<T> wanted, string what, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(wanted, ended.Task).WaitAsync(patience, cancellationToken);
        }
        catch (TimeoutException error)
        {
            throw new KumaException(
                $"Uptime Kuma at {address} did not {what} within {patience.TotalSeconds} s. See that it runs and run "
                    + "again.",
                error
            );
        }

        if (!wanted.IsCompleted)
        {
            throw Lost(what, await ended.Task, inner: null);
        }

        try
        {
            return await wanted;
        }
#pragma warning disable CA1031 // Whatever the library throws while it sends, nothing was sent.
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            throw Lost(what, Innermost(error), error);
        }
    }

    private KumaException Lost(string what, string reason, Exception? inner) =>
        new(
            $"Uptime Kuma at {address} ended the connection before it could {what}: {reason.TrimEnd('.')}. See that it "
                + "runs and run again: what is done already is kept.",
            inner
        );

    private static JsonNode? First(SocketIOResponse response)
    {
        try
        {
            return response.GetValue<JsonNode>(0);
        }
        catch (Exception error) when (error is ArgumentException or JsonException or InvalidOperationException)
        {
            // Without a value; whoever reads the answer says what was expected.
            return null;
        }
    }

    private static string Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return error.Message.TrimEnd('.');
    }

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
