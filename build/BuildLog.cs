using Cake.Core.Diagnostics;

namespace FreshTrack.Build;

/// <summary>Cake's log, with its lines about a failure held back:
/// the program says at its end, once and clearly, what failed.</summary>
/// <remarks>At <c>--verbosity diagnostic</c> they are shown, with the stack trace.</remarks>
public sealed class BuildLog(IConsole console, BuildRun run) : ICakeLog
{
    private readonly CakeBuildLog log = new(console);

    public Verbosity Verbosity
    {
        get => log.Verbosity;
        set => log.Verbosity = value;
    }

    public void Write(Verbosity verbosity, LogLevel level, string format, params object[] args)
    {
        if (level > LogLevel.Error || Verbosity == Verbosity.Diagnostic)
        {
            log.Write(verbosity, level, format, args);
            return;
        }

        run.LastError = string.Format(format, args);
    }
}
