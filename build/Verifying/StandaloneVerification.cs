using FreshTrack.Build.Rehearsing;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;
using FreshTrack.Verification;
using Npgsql;
using Spectre.Console;

namespace FreshTrack.Build.Verifying;

/// <summary>A verification on its own, whatever moved the data: shown while it runs, kept as <c>verification.json</c>,
/// and summed up in a table.</summary>
/// <param name="runs">The folder of all runs' evidence.</param>
public sealed class StandaloneVerification(IAnsiConsole console, string runs, TimeProvider clock)
{
    private const string Kind = "verification";

    private readonly RunScreen screen = new(console);

    /// <exception cref="RefusedException">The evidence cannot be written; nothing was read.</exception>
    /// <exception cref="TargetFailedException">The verdict is Fail or Inconclusive; the exit code says
    /// which.</exception>
    public async Task<VerificationResult> RunAsync(
        MigrationPlan plan,
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        CancellationToken cancellationToken
    )
    {
        using var evidence = EvidenceFolder.Create(runs, Kind, clock.GetUtcNow());
        var result = await screen.ShowAsync(
            "Verify",
            _ =>
                Verifier.RunAsync(
                    new VerificationRequest(plan, source, target) { Clock = clock },
                    new CheckLines(screen),
                    cancellationToken
                ),
            VerifySteps.Outcome
        );
        await evidence.WriteJsonAsync(Kind, result, cancellationToken);
        VerificationScreen.Show(console, result, evidence.PathOf($"{Kind}.json"));
        var outcome = VerifySteps.Outcome(result);
        return outcome.MayContinue
            ? result
            : throw new TargetFailedException(outcome.Verdict.ExitCode(), $"{outcome.Verdict}: {outcome.Summary}");
    }

    private sealed class CheckLines(RunScreen screen) : IProgress<CheckResult>
    {
        public void Report(CheckResult value) =>
            screen.Part(value.Verdict, VerifySteps.Line(value), value.DurationSeconds);
    }
}
