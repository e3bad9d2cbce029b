using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>The machine that the new system will run on.</summary>
public static class ServerSteps
{
    /// <summary>Asks the server what it has of what it needs; <c>server.json</c> holds every point.</summary>
    public static async Task<StepResult> CheckAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (run.Environment.Deploy is not { } deploy)
        {
            return StepResult.Absent(Runbook.Server);
        }

        progress.Report(new StepProgress($"asking {deploy.Host}"));
        IReadOnlyList<ServerPoint> points;
        try
        {
            points = await ServerInspection.RunAsync(
                new ServerShell(deploy.Host, deploy.SshConfig),
                deploy.Directory,
                cancellationToken
            );
        }
        catch (ServerException e)
        {
            return new StepResult(Verdict.Inconclusive, e.Message);
        }

        await run.Evidence.WriteJsonAsync("server", new ServerReport(points), cancellationToken);
        return Judge(points);
    }

    internal static StepResult Judge(IReadOnlyList<ServerPoint> points)
    {
        var lacking = points.Where(point => point.Verdict != Verdict.Pass).ToList();
        return lacking.Count == 0
            ? StepResult.Pass($"all {points.Count} points are as deploy/server/setup.sh makes them")
            : new StepResult(
                lacking.Select(point => point.Verdict).Worst(),
                $"{lacking.Count} of {points.Count} points: {string.Join("; ", lacking)}"
            );
    }
}

/// <summary>The content of <c>server.json</c>.</summary>
public sealed record ServerReport(IReadOnlyList<ServerPoint> Points);
