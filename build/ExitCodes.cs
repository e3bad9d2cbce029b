using FreshTrack.Plan;

namespace FreshTrack.Build;

/// <summary>The exit codes that scripts and CI rely on.</summary>
public static class ExitCodes
{
    public const int Passed = 0;

    /// <summary>The tool failed after work started.</summary>
    public const int Broken = 1;

    /// <summary>The gate or a check says Fail.</summary>
    public const int Failed = 2;

    public const int Inconclusive = 3;

    /// <summary>Refused before work started.</summary>
    public const int Refused = 4;

    public const int Cancelled = 130;

    /// <summary>What the program ends with, and the one line that says why.</summary>
    public static (int Code, string Line) Of(Exception exception, bool cancelled)
    {
        var cause = Cause(exception);
        return cause switch
        {
            // Whatever breaks after Ctrl-C breaks because of it.
            _ when cancelled => (Cancelled, "Cancelled."),
            RefusedException => (Refused, OneLine(cause)),
            TargetFailedException failed => (failed.ExitCode, OneLine(cause)),
            _ => (Broken, OneLine(cause)),
        };
    }

    // Cake wraps what a task threw in its report, asynchronous code wraps it in an aggregate.
    private static Exception Cause(Exception exception) =>
        exception switch
        {
            CakeReportException { InnerException: { } inner } => Cause(inner),
            AggregateException { InnerException: { } inner } => Cause(inner),
            _ => exception,
        };

    private static string OneLine(Exception exception) =>
        string.Join(
            ' ',
            exception.Message.Split(
                ['\r', '\n'],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            )
        );
}
