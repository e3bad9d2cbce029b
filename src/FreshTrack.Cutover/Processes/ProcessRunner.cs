using System.ComponentModel;
using System.Diagnostics;
using CliWrap;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Processes;

/// <summary>What a program used until it ended.</summary>
/// <param name="PeakMemoryBytes">Largest resident set of the process, without those that it started.</param>
/// <param name="ProcessorTime">Of the process, but for its last moment.</param>
public sealed record MeasuredRun(int ExitCode, long PeakMemoryBytes, TimeSpan ProcessorTime);

/// <summary>Runs programs with what CliWrap leaves to its callers: the console, an end in order, measurement.</summary>
public static class ProcessRunner
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Sampling = TimeSpan.FromMilliseconds(20);

    /// <summary>Both outputs go to those of this program as they come.</summary>
    public static Command ToConsole(this Command command) =>
        command
            .WithStandardOutputPipe(PipeTarget.ToStream(Console.OpenStandardOutput()))
            .WithStandardErrorPipe(PipeTarget.ToStream(Console.OpenStandardError()));

    /// <summary>Runs the program to its end. When the token is cancelled it is asked to end (SIGTERM); after 20 s it is
    /// killed, together with the programs that it started.</summary>
    /// <returns>The exit code, whatever it is.</returns>
    /// <exception cref="RefusedException">The program is not there.</exception>
    public static Task<int> RunAsync(this Command command, CancellationToken cancellationToken) =>
        RunAsync(command, started: null, Grace, cancellationToken);

    /// <summary>As <see cref="RunAsync(Command, CancellationToken)"/>, and measures what the program uses.</summary>
    /// <exception cref="RefusedException">The program is not there.</exception>
    public static async Task<MeasuredRun> MeasureAsync(this Command command, CancellationToken cancellationToken)
    {
        Process? process = null;
        var run = RunAsync(command, started => process = started, Grace, cancellationToken);
        var (memory, time) = (0L, TimeSpan.Zero);
        while (!run.IsCompleted)
        {
            try
            {
                process!.Refresh();
                memory = Math.Max(memory, process.PeakWorkingSet64);
                time = process.TotalProcessorTime;
            }
            catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
            {
                // It ended in between; the system forgets what it used.
            }

            await Task.WhenAny(run, Task.Delay(Sampling, TimeProvider.System, CancellationToken.None));
        }

        return new MeasuredRun(await run, memory, time);
    }

    /// <summary>Asks a process to end, as a service manager does.</summary>
    /// <returns>False where it cannot be asked: on Windows, and when it has ended.</returns>
    public static async Task<bool> TerminateAsync(int processId)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        try
        {
            return await Cli.Wrap("kill")
                .WithArguments(["-TERM", processId.ToString()])
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(CancellationToken.None);
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    internal static async Task<int> RunAsync(
        Command command,
        Action<Process>? started,
        TimeSpan grace,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var kill = new CancellationTokenSource();
        using var run = Start(command, started, kill.Token);
        try
        {
            return await run.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Asked first, so that a test program removes its containers.
            kill.CancelAfter(await TerminateAsync(run.ProcessId) ? grace : TimeSpan.Zero);
            await ((Task)run.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    // The message names the program alone: an argument may hold a password.
    private static CommandTask<CommandResult> Start(Command command, Action<Process>? started, CancellationToken kill)
    {
        try
        {
            return command
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(null, started, kill, CancellationToken.None);
        }
        catch (Win32Exception exception)
        {
            throw new RefusedException(
                $"Cannot start '{command.TargetFilePath}': {exception.InnerException?.Message ?? exception.Message}. "
                    + "Install it or put it on the PATH.",
                exception
            );
        }
    }
}
