using FreshTrack.Cutover.Reporting;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Rehearsing;

/// <summary>How a judged run ends: on the screen, on the CI system's page, and in the exit code.</summary>
public static class RunEnd
{
    /// <exception cref="TargetFailedException">The verdict is Fail or Inconclusive; the exit code says
    /// which.</exception>
    public static async Task ShowAsync(BuildContext context, RunReport report)
    {
        LastScreen.Show(context.Console, report);
        if (await StepSummary.AppendAsync(report.Evidence.Folder, context.Cancellation) is { } problem)
        {
            context.Console.WriteLine(problem);
        }

        if (report.Gate.Verdict.ExitCode() is var code and not ExitCodes.Passed)
        {
            throw new TargetFailedException(code, $"{report.Gate.Verdict}: {report.Reasons[0].Reason}");
        }
    }
}
