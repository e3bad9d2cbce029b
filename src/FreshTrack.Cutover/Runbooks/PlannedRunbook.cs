namespace FreshTrack.Cutover.Runbooks;

/// <summary>The steps that a run was to take: the content of <c>runbook.json</c>. The gate judges a run against its own
/// steps, so that a stored verdict holds when steps are added to the product.</summary>
public sealed record PlannedRunbook(string Name, IReadOnlyList<PlannedPhase> Phases)
{
    public static PlannedRunbook Of(Runbook runbook) =>
        new(
            runbook.Name,
            [
                .. runbook.Phases.Select(phase => new PlannedPhase(
                    phase.Number,
                    phase.Name,
                    phase.PlannedStart.TotalSeconds,
                    phase.PlannedEnd.TotalSeconds,
                    [.. phase.Steps.Select(step => new PlannedStep(step.Id, step.Title))]
                )),
            ]
        );

    /// <summary>These steps and those of another slice of the same procedure: a run may be continued with more steps
    /// than it began with.</summary>
    public PlannedRunbook With(PlannedRunbook other)
    {
        var phases = Phases.ToDictionary(phase => phase.Number);
        foreach (var phase in other.Phases)
        {
            phases[phase.Number] = phases.TryGetValue(phase.Number, out var known)
                ? known with
                {
                    Steps = Merge(known.Steps, phase.Steps),
                }
                : phase;
        }

        return this with
        {
            Phases = [.. phases.Values.OrderBy(phase => phase.Number)],
        };
    }

    /// <summary>A step that is new stands after the one that precedes it in its own list.</summary>
    private static List<PlannedStep> Merge(IReadOnlyList<PlannedStep> known, IReadOnlyList<PlannedStep> other)
    {
        var merged = known.ToList();
        var place = 0;
        foreach (var step in other)
        {
            var found = merged.FindIndex(item => item.Id == step.Id);
            if (found < 0)
            {
                merged.Insert(found = place, step);
            }

            place = found + 1;
        }

        return merged;
    }
}

/// <param name="PlannedStart">Seconds from T-0; so is <paramref name="PlannedEnd"/>.</param>
public sealed record PlannedPhase(
    int Number,
    string Name,
    double PlannedStart,
    double PlannedEnd,
    IReadOnlyList<PlannedStep> Steps
);

public sealed record PlannedStep(string Id, string Title)
{
    /// <summary>Why the step does nothing yet: a part that this version does not have. Null for a step that is
    /// run.</summary>
    public string? Absent { get; init; }
}
