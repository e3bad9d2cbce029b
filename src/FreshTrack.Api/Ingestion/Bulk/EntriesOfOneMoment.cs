namespace FreshTrack.Api.Ingestion;

/// <summary>What entries of one request say about the same unit, device and time.</summary>
internal static class EntriesOfOneMoment
{
    /// <returns>Why the request cannot be stored; null when all of its entries can be true.</returns>
    public static string? Problem(IReadOnlyList<NewReading> readings)
    {
        var corrected = new Dictionary<Guid, int>();
        var moments = new Dictionary<(Guid Unit, Guid? Reporter, DateTime At), List<int>>();
        for (var index = 0; index < readings.Count; index++)
        {
            var reading = readings[index];
            if (
                reading.Supersedes is { } superseded
                && !corrected.TryAdd(superseded, index)
                && readings[corrected[superseded]].Id != reading.Id
            )
            {
                return $"readings[{corrected[superseded]}] and readings[{index}] correct the same reading. Send one.";
            }

            var moment = (reading.Unit, reading.Reporter, reading.SaidAt);
            if (!moments.TryGetValue(moment, out var others))
            {
                moments[moment] = others = [];
            }

            foreach (var other in others)
            {
                if (Problem(other, readings[other], index, reading) is { } problem)
                {
                    return problem;
                }
            }

            others.Add(index);
        }

        return null;
    }

    private static string? Problem(int first, NewReading one, int second, NewReading other)
    {
        if (one.Id == other.Id)
        {
            return null;
        }

        var field = StoredValues.Contradiction(one.Measured, other.Measured);
        return field is not null
                ? $"readings[{first}] and readings[{second}] are of one unit, device and time and say different things "
                    + $"of {field}. Nothing was stored."
            : one.Supersedes is not null || other.Supersedes is not null
                ? $"readings[{first}] and readings[{second}] are of one unit, device and time, and one of them is a "
                    + "correction. Send them in two requests."
            : null;
    }
}
