using FreshTrack.Plan;

namespace FreshTrack.Cutover.Evidence;

/// <summary>The gate knows no clock; who asks it has one, and evidence cannot be newer.</summary>
public static class FutureEvidence
{
    /// <summary>What two machines' clocks may differ by.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <exception cref="RefusedException">The run is said to have started or ended after
    /// <paramref name="now"/>.</exception>
    public static async Task RefuseAsync(string folder, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var run = await EvidenceFile.FindAsync<RunDescription>(folder, "run.json", cancellationToken);
        if (run is null)
        {
            return;
        }

        var last = run.EndedAt > run.StartedAt ? run.EndedAt.Value : run.StartedAt;
        if (last > now + Tolerance)
        {
            throw new RefusedException(
                $"run.json in {folder} is of {last:u}, but it is {now:u} here. Set this machine's "
                    + "clock, or give another folder with --evidence."
            );
        }
    }
}
