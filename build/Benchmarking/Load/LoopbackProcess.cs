using System.Diagnostics;

namespace FreshTrack.Build.Benchmarking.Load;

/// <summary>A server on 127.0.0.1 in a process of its own, so that its work is not counted as the client's.</summary>
internal sealed class LoopbackProcess : IAsyncDisposable
{
    private readonly Process process;

    private LoopbackProcess(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

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
        var server = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                ["exec", Path.Combine(AppContext.BaseDirectory, "FreshTrack.LoopbackServer.dll"), .. when]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        return await server.StandardOutput.ReadLineAsync(cancellationToken) is { } address
            ? new LoopbackProcess(server, new Uri(address))
            : throw new InvalidOperationException(
                "The loopback server ended before it listened; its errors are above."
            );
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }
}
