using CliWrap;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Processes;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>The old application is closed for its users before the freeze, and opened again when the cutover is
/// undone.</summary>
public static class MaintenanceSteps
{
    private const string Absent =
        "absent: the environment's file has no source.maintenance, so the old application is neither closed nor opened "
        + "by this run";

    /// <summary>Runs <c>source.maintenance.on</c> and waits until the probe answers 503.</summary>
    public static Task<StepResult> OnAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) => SwitchAsync(run, close: true, progress, cancellationToken);

    /// <summary>Runs <c>source.maintenance.off</c> and waits until the probe answers 2xx.</summary>
    public static Task<StepResult> OffAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) => SwitchAsync(run, close: false, progress, cancellationToken);

    /// <summary>The old application as it is now.</summary>
    /// <returns>True when it is closed; null where the environment says nothing of it, or the probe says neither 503
    /// nor 2xx.</returns>
    public static async Task<bool?> ProbeAsync(RunContext run, CancellationToken cancellationToken)
    {
        if (run.Environment.Maintenance is not { } maintenance)
        {
            return null;
        }

        using var probe = new MaintenanceProbe(maintenance.Probe, run.Clock);
        return (await probe.AskAsync(cancellationToken)).IsClosed;
    }

    private static async Task<StepResult> SwitchAsync(
        RunContext run,
        bool close,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (run.Environment.Maintenance is not { } maintenance)
        {
            return new StepResult(Verdict.Warn, Absent);
        }

        var (key, wanted, state) = close ? ("on", "503", "closed") : ("off", "2xx", "open");
        progress.Report(new StepProgress($"running source.maintenance.{key}"));
        var failure = await RunAsync(
            close ? maintenance.On : maintenance.Off,
            maintenance,
            run.Clock,
            cancellationToken
        );
        progress.Report(new StepProgress($"waiting until {maintenance.Probe} answers {wanted}"));
        using var probe = new MaintenanceProbe(maintenance.Probe, run.Clock);
        // A command that failed has changed nothing more to wait for.
        var answer = failure is null
            ? await probe.WaitAsync(close, maintenance.Within, cancellationToken)
            : await probe.AskAsync(cancellationToken);
        return (answer.IsClosed == close, failure) switch
        {
            (true, null) => StepResult.Pass($"the old application is {state}: {maintenance.Probe} {answer.Text}"),
            (true, _) => new StepResult(
                Verdict.Warn,
                $"source.maintenance.{key} {failure}; but the old application is {state}: {maintenance.Probe} "
                    + answer.Text
            ),
            (false, null) => new StepResult(
                Verdict.Fail,
                $"source.maintenance.{key} ended well, but {maintenance.Probe} {answer.Text} after "
                    + $"{maintenance.Within.TotalSeconds:0} s; expected {wanted}. See to it that the old application "
                    + $"is {state}, or correct 'probe', and run the step again"
            ),
            (false, _) => new StepResult(
                Verdict.Fail,
                $"source.maintenance.{key} {failure}; {maintenance.Probe} {answer.Text}, expected {wanted}. Run the "
                    + "command by hand to see more, then run the step again"
            ),
        };
    }

    /// <returns>How the command failed; null when it ended with 0. The command itself is in no text: it may hold a
    /// secret.</returns>
    private static async Task<string?> RunAsync(
        string commandLine,
        MaintenanceSettings maintenance,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var printed = new LastLine();
        var (shell, option) = OperatingSystem.IsWindows() ? ("cmd.exe", "/c") : ("/bin/sh", "-c");
        using var limit = new CancellationTokenSource(maintenance.Within, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var code = await Cli.Wrap(shell)
                .WithArguments([option, commandLine])
                .WithWorkingDirectory(maintenance.Folder)
                .WithStandardOutputPipe(printed.Pipe)
                .WithStandardErrorPipe(printed.Pipe)
                .RunAsync(either.Token);
            return code == 0 ? null : $"ended with exit code {code}: {printed.Text}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"did not end within {maintenance.Within.TotalSeconds:0} s and was ended: {printed.Text}";
        }
    }
}
