using CliWrap;

namespace FreshTrack.Build.Benchmarking.Load;

/// <summary>A server on 127.0.0.1 in a process of its own, so that its work is not counted as the client's.</summary>
internal sealed class LoopbackProcess : IAsyncDisposable
{
    private readonly TaskCompletionSource closing = new();
    private readonly TaskCompletionSource<Uri> listening = new();
    private readonly Task run;

    private LoopbackProcess(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        run = Cli.Wrap("dotnet")
            .WithArguments([
                "exec",
                Path.Combine(AppContext.BaseDirectory, "FreshTrack.LoopbackServer.dll"),
                .. arguments,
            ])
            // It ends when its input does.
            .WithStandardInputPipe(PipeSource.Create((_, token) => closing.Task.WaitAsync(token)))
            .WithStandardOutputPipe(PipeTarget.ToDelegate(line => listening.TrySetResult(new Uri(line))))
            .WithStandardErrorPipe(PipeTarget.ToStream(Console.OpenStandardError()))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(cancellationToken)
            .Task;

    public Uri Address => listening.Task.Result;

    /// <param name="stall">After how much time from the first request
    /// it answers nothing, and for how long; null for never.</param>
    public static async Task<LoopbackProcess> StartAsync(
        (TimeSpan After, TimeSpan Length)? stall,
        CancellationToken cancellationToken
    )
    {
        string[] when = stall is var (after, length)
            ? [after.TotalSeconds.ToString(), length.TotalSeconds.ToString()]
            : [];
        var server = new LoopbackProcess(when, cancellationToken);
        await Task.WhenAny(server.listening.Task, server.run);
        cancellationToken.ThrowIfCancellationRequested();
        return server.listening.Task.IsCompletedSuccessfully
            ? server
            : throw new InvalidOperationException(
                "The loopback server ended before it listened; its errors are above."
            );
    }

    public async ValueTask DisposeAsync()
    {
        closing.SetResult();
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
