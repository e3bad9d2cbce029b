using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>Requests that are written by one statement. It looks at what is stored, not at its own rows: so no two
/// requests of a round say different things of one moment.</summary>
internal sealed class WriteRound
{
    private readonly IReadOnlyList<QueuedReadings> requests;
    private readonly Dictionary<Guid, int> rowById = [];

    public WriteRound(IReadOnlyList<QueuedReadings> requests)
    {
        this.requests = requests;
        var rows = new List<(NewReading Reading, int Request)>();
        for (var request = 0; request < requests.Count; request++)
        {
            foreach (var reading in requests[request].Readings)
            {
                if (rowById.TryAdd(reading.Id, rows.Count))
                {
                    rows.Add((reading, request));
                }
            }
        }

        Rows = [.. rows];
    }

    /// <summary>Every reading once, with the number of the request that it came with first.</summary>
    public (NewReading Reading, int Request)[] Rows { get; }

    /// <summary>Rounds in the order of arrival; nearly always one.</summary>
    public static IEnumerable<IReadOnlyList<QueuedReadings>> Of(IReadOnlyList<QueuedReadings> waiting)
    {
        while (waiting.Count > 0)
        {
            var moments = new Dictionary<(Guid, DateTime), Guid>();
            var (now, later) = (new List<QueuedReadings>(waiting.Count), new List<QueuedReadings>());
            foreach (var request in waiting)
            {
                var fits = request.Readings.All(reading =>
                    !moments.TryGetValue(Moment(reading), out var other) || other == reading.Id
                );
                (fits ? now : later).Add(request);
                foreach (var reading in request.Readings)
                {
                    // A request that waits keeps those behind it waiting.
                    moments.TryAdd(Moment(reading), fits ? reading.Id : Guid.Empty);
                }
            }

            yield return now;
            waiting = later;
        }
    }

    /// <summary>What became of each request, given what became of each row;
    /// null when it has to be written again.</summary>
    public IEnumerable<(QueuedReadings Request, WriteOutcome? Outcome)> Outcomes(BatchOutcome[] rows) =>
        requests.Select(request => (request, Outcome(request, rows)));

    private WriteOutcome? Outcome(QueuedReadings request, BatchOutcome[] rows)
    {
        var outcomes = request.Readings.Select(reading => rows[rowById[reading.Id]]).ToArray();
        if (Array.Exists(outcomes, outcome => outcome.Differences is not null))
        {
            return new WriteOutcome.Rejected(
                IsConflict: true,
                [.. outcomes.SelectMany((outcome, index) => Conflicts(index, outcome.Differences))]
            );
        }

        return Array.Exists(outcomes, outcome => outcome.Id is null)
            ? null
            : new WriteOutcome.Stored([
                .. outcomes.Select(outcome => new StoredReading(outcome.Id!.Value, outcome.IsNew, outcome.IsConflict)),
            ]);
    }

    private static IEnumerable<RejectedEntry> Conflicts(int index, string? differences)
    {
        if (differences is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(differences);
        return
        [
            .. document
                .RootElement.EnumerateArray()
                .SelectMany(row => row.EnumerateArray())
                .Select(field => new RejectedEntry(
                    index,
                    field.GetProperty("field").GetString()!,
                    RejectedEntry.Conflict,
                    field.GetProperty("stored").Clone(),
                    field.GetProperty("sent").Clone(),
                    field.GetProperty("reading_id").GetGuid()
                )),
        ];
    }

    private static (Guid, DateTime) Moment(NewReading reading) => (reading.Reporter ?? reading.Unit, reading.SaidAt);
}
