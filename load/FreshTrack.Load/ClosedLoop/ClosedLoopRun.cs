using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FreshTrack.Load.ClosedLoop;

/// <summary>What a closed loop measured; latency from a request's first byte to its answer's last.</summary>
public sealed record ClosedLoopResult(long Requests, TimeSpan Elapsed, double P50Milliseconds, double P99Milliseconds)
{
    public double PerSecond => Requests / Elapsed.TotalSeconds;
}

/// <summary>So many connections, each of which sends its next request
/// when it has its answer, as pgbench's clients do.</summary>
/// <remarks>
/// It shares two cores with what it measures, so it is as cheap as a benchmark's client can be: one thread, one poll
/// for all connections, requests
/// written into memory that exists already, answers read no further than their end. For latency at a given rate use
/// <see cref="LoadRunner"/>.
/// </remarks>
public sealed class ClosedLoopRun(Uri address, int connections, IRequestSource source)
{
    private const int PollMicroseconds = 1_000_000;

    /// <summary>Blocks its thread for warm-up and duration.</summary>
    /// <exception cref="InvalidOperationException">An answer was not 200, or a connection was closed: what was measured
    /// then means nothing.</exception>
    public ClosedLoopResult Run(TimeSpan warmUp, TimeSpan duration, CancellationToken cancellationToken)
    {
        var open = new List<LoopConnection>(connections);
        try
        {
            for (var i = 0; i < connections; i++)
            {
                open.Add(LoopConnection.Open(new IPEndPoint(IPAddress.Parse(address.Host), address.Port)));
            }

            return Run(open, warmUp, duration, cancellationToken);
        }
        finally
        {
            open.ForEach(connection => connection.Dispose());
        }
    }

    private ClosedLoopResult Run(
        List<LoopConnection> open,
        TimeSpan warmUp,
        TimeSpan duration,
        CancellationToken cancellationToken
    )
    {
        var bySocket = open.ToDictionary(connection => connection.Socket);
        var latencies = new List<long>(1 << 20);
        var number = 0L;
        open.ForEach(connection => connection.Send(source, number++));
        var start = Stopwatch.GetTimestamp() + (long)(warmUp.TotalSeconds * Stopwatch.Frequency);
        var end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var readable = new List<Socket>(open.Count);
        for (var now = Stopwatch.GetTimestamp(); now < end; now = Stopwatch.GetTimestamp())
        {
            cancellationToken.ThrowIfCancellationRequested();
            readable.Clear();
            readable.AddRange(bySocket.Keys);
            Socket.Select(readable, null, null, PollMicroseconds);
            foreach (var socket in readable)
            {
                var connection = bySocket[socket];
                if (connection.ReceivedAnswer())
                {
                    var answered = Stopwatch.GetTimestamp();
                    if (answered >= start && answered < end)
                    {
                        latencies.Add(answered - connection.SentAt);
                    }

                    connection.Send(source, number++);
                }
            }
        }

        latencies.Sort();
        return new ClosedLoopResult(
            latencies.Count,
            duration,
            Percentile(latencies, 0.50),
            Percentile(latencies, 0.99)
        );
    }

    private static double Percentile(List<long> sorted, double share) =>
        sorted.Count == 0
            ? double.NaN
            : Stopwatch
                .GetElapsedTime(0, sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))])
                .TotalMilliseconds;
}
