using System.ComponentModel;
using System.Diagnostics;
using FreshTrack.Plan;

namespace FreshTrack.Build;

/// <summary>A program that writes straight to this program's output and is ended when the token is cancelled.</summary>
/// <remarks>Cake's own process runner knows no token and ends one process only.</remarks>
internal sealed record ChildProcess(string Program, IReadOnlyList<string> Arguments, string WorkingDirectory)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <returns>The exit code.</returns>
    /// <exception cref="RefusedException">The program is not there.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
            throw;
        }

        return process.ExitCode;
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Program, Arguments) { WorkingDirectory = WorkingDirectory };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new RefusedException(
                $"Cannot start '{Program}': {exception.Message}. Install it or put it on the PATH.",
                exception
            );
        }
    }

    // First asked, so that tests remove their containers; then made.
    private static async Task EndAsync(Process process)
    {
        using var grace = new CancellationTokenSource(Grace);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                using var ask = Process.Start("kill", ["-TERM", process.Id.ToString()]);
                await process.WaitForExitAsync(grace.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or Win32Exception)
        {
            // It took too long, or there is no kill command.
        }

        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
