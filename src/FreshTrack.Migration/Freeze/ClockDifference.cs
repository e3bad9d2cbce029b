using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>How far a server's clock is from this machine's.</summary>
/// <param name="Seconds">Positive when the server's clock is ahead.</param>
/// <param name="Uncertainty">Seconds by which the truth may lie on either side: half of the fastest round
/// trip.</param>
public sealed record ClockDifference(string Server, double Seconds, double Uncertainty)
{
    private const int Samples = 5;

    private static readonly Sql Now = new("select clock_timestamp()");

    /// <summary>Seconds by which the clocks differ at least.</summary>
    public double AtLeast() => Math.Max(0, Math.Abs(Seconds) - Uncertainty);

    /// <summary>Asks five times and keeps the answer that came fastest.</summary>
    public static async Task<ClockDifference> MeasureAsync(
        string server,
        NpgsqlDataSource database,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await Sessions.OpenAsync(database, "freshtrack-clock", cancellationToken);
        var samples = new List<ClockDifference>();
        for (var sample = 0; sample < Samples; sample++)
        {
            var (here, started) = (clock.GetUtcNow(), clock.GetTimestamp());
            var there = new DateTimeOffset(
                await connection.ScalarAsync<DateTime>(Now, cancellationToken),
                TimeSpan.Zero
            );
            var half = clock.GetElapsedTime(started).TotalSeconds / 2;
            samples.Add(new ClockDifference(server, (there - here).TotalSeconds - half, half));
        }

        return samples.MinBy(sample => sample.Uncertainty)!;
    }
}
