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
                    [.. phase.Steps.Select(step => PlannedStep.Of(step, phase))]
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
    public Role Owner { get; init; }

    /// <summary>Seconds from T-0.</summary>
    public double Due { get; init; }

    /// <summary>What a person confirms before it; null when it follows by itself.</summary>
    public string? Confirmation { get; init; }

    public bool Skippable { get; init; }

    public bool Irreversible { get; init; }

    /// <summary>Why nothing does it yet; null for a step that the product does.</summary>
    public string? Absent { get; init; }

    public static PlannedStep Of(Step step, Phase phase) =>
        new(step.Id, step.Title)
        {
            Owner = step.Owner,
            Due = (step.Due ?? phase.PlannedEnd).TotalSeconds,
            Confirmation = step.Confirmation,
            Skippable = step.Skippable,
            Irreversible = step.Irreversible,
            Absent = step.Absent,
        };
}
