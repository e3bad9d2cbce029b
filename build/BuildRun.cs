using System.Runtime.InteropServices;
using FreshTrack.Build.CommandLine;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build;

/// <summary>One run of the program: from the command line to the last line and the exit code.</summary>
public sealed class BuildRun : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();
    private readonly List<PosixSignalRegistration> signals = [];

    public BuildRun(TaskCatalog targets, TimeProvider timeProvider)
    {
        Targets = targets;
        TimeProvider = timeProvider;
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel));
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel));
    }

    public TaskCatalog Targets { get; }

    public TimeProvider TimeProvider { get; }

    public CancellationToken Cancellation => cancellation.Token;

    public int ExitCode { get; set; }

    /// <summary>What the first failing task threw.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What Cake said about a failure outside of every task.</summary>
    public string? LastError { get; set; }

    public string? LastLine { get; set; }

    public string RepositoryRoot { get; } = Fixtures.Images.RepositoryRoot.Find();

    /// <param name="args">The command line as it was typed.</param>
    /// <param name="cake">Runs Cake on the arguments it understands and
    /// returns its exit code, of which only «not 0» counts.</param>
    /// <returns>The exit code.</returns>
    public int Execute(IReadOnlyList<string> args, Func<IReadOnlyList<string>, int> cake)
    {
        try
        {
            var command = BuildCommand.Parse(args, Targets);
            if (command.Help)
            {
                HelpScreen.Write(AnsiConsole.Console, Targets, command.Target);
                return ExitCodes.Passed;
            }

            var failed = cake(command.Arguments) != 0;
            return End(
                failed ? Failure ?? new InvalidOperationException(LastError ?? "Cake failed without a reason.") : null
            );
        }
        catch (RefusedException refusal)
        {
            return End(refusal);
        }
    }

    public void Dispose()
    {
        signals.ForEach(signal => signal.Dispose());
        cancellation.Dispose();
    }

    private int End(Exception? failure)
    {
        if (failure is not null)
        {
            var (code, line) = ExitCodes.Of(failure, Cancellation.IsCancellationRequested);
            ExitCode = code;
            Console.Out.Flush();
            Console.Error.WriteLine(Console.IsErrorRedirected ? line : $"\e[31m{line}\e[0m");
        }

        if (LastLine is not null)
        {
            Console.Out.WriteLine(LastLine);
        }

        return ExitCode;
    }

    // The first signal ends the work in order; the second is left to the system, which ends the process.
    private void Cancel(PosixSignalContext signal)
    {
        if (!cancellation.IsCancellationRequested)
        {
            signal.Cancel = true;
            cancellation.Cancel();
        }
    }
}
