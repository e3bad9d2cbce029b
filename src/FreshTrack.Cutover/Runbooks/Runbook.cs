using FreshTrack.Cutover.States;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>A procedure as data: phases in their order, and the steps of each.</summary>
/// <param name="Name"><c>cutover</c>, or the name of a slice of it.</param>
public sealed record Runbook(string Name, IReadOnlyList<Phase> Phases)
{
    /// <summary>Part of a procedure, whose planned windows say nothing by themselves.</summary>
    public bool IsSlice { get; init; }

    /// <summary>It leads back to the old system, and so goes on without what going forward demands.</summary>
    public bool GoesBack { get; init; }

    /// <summary>Where both systems stand before the first step; null where the steps do not follow it.</summary>
    public CutoverState? Begins { get; init; }

    /// <summary>A rollback takes it back while traffic has not moved.</summary>
    public bool CanBeTakenBack => Begins is not null && !GoesBack;

    private const string OldApplication =
        "the environment's file has no source.maintenance; close and open the old application by hand";

    internal const string Server =
        "the environment's file has no section deploy; look at the server's disk, memory, ports and updates by hand, "
        + "and start its data services";

    internal const string Stack =
        "the environment's file has not both sections public and deploy, nor is it a stage's that has something around "
        + "its API; run Deploy for frontend, proxy and monitoring, and tell visitors of the status page by hand";

    internal const string Monitoring =
        "the environment's file has no section monitoring; look at Prometheus, and tell visitors of the status page by "
        + "hand";

    public IEnumerable<Step> Steps => Phases.SelectMany(phase => phase.Steps);

    /// <summary>Whether it brings up what stands around the API.</summary>
    public bool StartsStack => Steps.Any(step => step is { Id: CutoverRunbook.StartStack, Absent: null });

    /// <summary>The steps of these ids, in this runbook's order and phases.</summary>
    /// <exception cref="ArgumentException">The runbook has no such step.</exception>
    public Runbook Slice(string name, params IReadOnlyList<string> ids)
    {
        if (ids.FirstOrDefault(id => Steps.All(step => step.Id != id)) is { } unknown)
        {
            throw new ArgumentException($"Runbook {Name} has no step '{unknown}'.", nameof(ids));
        }

        var phases = Phases.Select(phase =>
            phase with
            {
                Steps = [.. phase.Steps.Where(step => ids.Contains(step.Id))],
            }
        );
        return new Runbook(name, [.. phases.Where(phase => phase.Steps.Count > 0)]) { IsSlice = true };
    }

    /// <summary>The phases up to and including this one.</summary>
    public Runbook Until(int phase) => this with { Phases = [.. Phases.Where(item => item.Number <= phase)] };

    /// <exception cref="ArgumentException">The runbook has no such step.</exception>
    public Runbook InsertAfter(string id, Step inserted) =>
        Steps.Any(step => step.Id == id)
            ? this with
            {
                Phases =
                [
                    .. Phases.Select(phase =>
                        phase with
                        {
                            Steps =
                            [
                                .. phase.Steps.SelectMany(step => step.Id == id ? new[] { step, inserted } : [step]),
                            ],
                        }
                    ),
                ],
            }
            : throw new ArgumentException($"Runbook {Name} has no step '{id}'.", nameof(id));

    /// <summary>This procedure and then another one, whose windows count from the end of this one.</summary>
    public Runbook Then(Runbook next)
    {
        var end = Phases[^1].PlannedEnd;
        return this with
        {
            Phases =
            [
                .. Phases,
                .. next.Phases.Select(phase =>
                    phase with
                    {
                        PlannedStart = end + phase.PlannedStart,
                        PlannedEnd = end + phase.PlannedEnd,
                        Steps =
                        [
                            .. phase.Steps.Select(step => step.Due is { } due ? step with { Due = end + due } : step),
                        ],
                    }
                ),
            ],
        };
    }

    /// <summary>The procedure where an environment lacks what a step needs: the step keeps its place, and says so.
    /// A procedure without the step stays as it is.</summary>
    public Runbook Without(string id, string why) =>
        this with
        {
            Phases =
            [
                .. Phases.Select(phase =>
                    phase with
                    {
                        Steps = [.. phase.Steps.Select(step => step.Id == id ? step with { Absent = why } : step)],
                    }
                ),
            ],
        };

    /// <summary>The procedure in an environment whose file does not say how the old application is closed.</summary>
    public Runbook WithoutOldApplication() =>
        Without(CutoverRunbook.CloseOld, OldApplication).Without(RollbackRunbook.OpenOld, OldApplication);

    /// <summary>The procedure in an environment whose file does not say where the new system runs.</summary>
    public Runbook WithoutServer() =>
        Without(PrepareRunbook.Server, Server)
            .Without(PrepareRunbook.Data, Server)
            .Without(FinalCheckRunbook.Server, Server);

    /// <summary>The procedure in an environment in which nothing stands around the API.</summary>
    public Runbook WithoutStack() =>
        CutoverRunbook
            .OfStack.Append(RollbackRunbook.TellVisitors)
            .Aggregate(this, (runbook, step) => runbook.Without(step, Stack));

    /// <summary>The procedure in an environment whose file does not say how monitoring is asked.</summary>
    public Runbook WithoutMonitoring() =>
        CutoverRunbook
            .OfMonitoring.Append(RollbackRunbook.TellVisitors)
            .Aggregate(this, (runbook, step) => runbook.Without(step, Monitoring));

    public Runbook Append(Phase phase) => this with { Phases = [.. Phases, phase] };
}
