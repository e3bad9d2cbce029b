namespace FreshTrack.Load;

/// <summary>One kind of request that users or sensors make.</summary>
public interface IScenario
{
    /// <summary>The name that policy files use: <c>ttn_ingestion</c>.</summary>
    string Name { get; }

    /// <summary>Sends the request of one arrival and reads its answer to the last byte.</summary>
    /// <remarks>
    /// Called on the scheduler's thread: what it does before its first await delays the arrivals behind it. What a
    /// target can do wrong is
    /// an outcome; any exception but the token's is a defect of the scenario and ends the run.
    /// </remarks>
    /// <param name="arrival">Counts from 0 through warm-up and measured time; no two calls have the same one.</param>
    ValueTask<RequestOutcome> SendAsync(long arrival, CancellationToken cancellationToken);
}

/// <summary>What became of one request.</summary>
/// <param name="Outcome">HTTP status code or kind of transport error; one of a few labels.</param>
/// <param name="Bytes">Length of the answer's body.</param>
public readonly record struct RequestOutcome(bool Succeeded, string Outcome, long Bytes)
{
    /// <summary>The calls that the request was made of, in their order; null where it was one.</summary>
    public IReadOnlyList<PartOutcome>? Parts { get; init; }
}

/// <summary>What became of one call of a request.</summary>
/// <param name="Name">One of a few: <c>session</c>.</param>
public readonly record struct PartOutcome(string Name, bool Succeeded, TimeSpan Time);
