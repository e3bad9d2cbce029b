using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Rehearsals;

/// <summary>Whether a rehearsal is one that a cutover may follow, whatever would be cut over: it passed at the
/// policy's scale, whole, and with the way back.</summary>
/// <param name="policy">That of the cutover; the rehearsal's own verdict is not believed.</param>
internal sealed class PassingRehearsal(RunEvidence evidence, GateResult gate, CutoverPolicy policy)
{
    private const string Kind = "rehearsal";

    /// <summary>Lines with a reason of their own.</summary>
    private static readonly string[] Apart = ["injected", "images", LeftOutCriterion.Name, RollbackCriterion.Name];

    /// <summary>Every reason against it; scale, uncommitted changes and what was left out apart, which a stage
    /// accepts.</summary>
    public IReadOnlyList<Refusal> Refusals =>
        [
            .. OtherKind(),
            .. gate
                .Criteria.Where(line => line.Verdict != Verdict.Pass && !Apart.Contains(line.Name))
                .Select(NotPassed),
            .. Injected(),
            .. StandIns(),
            .. WayBack(),
        ];

    public IReadOnlyList<Refusal> AcceptedByStage =>
        [
            .. LeftOut(),
            .. evidence.Run.Scale == policy.Scale
                ? []
                : new[]
                {
                    new Refusal(
                        "scale",
                        evidence.Run.Scale ?? "not recorded",
                        policy.Scale,
                        $"Rehearse at scale {policy.Scale}."
                    ),
                },
            .. evidence.Run.CleanTree
                ? []
                : new[]
                {
                    new Refusal(
                        "changes",
                        "the rehearsal ran with changes that no commit holds",
                        "a clean tree",
                        "Commit them and rehearse again."
                    ),
                },
        ];

    /// <summary>Of a verdict that this environment accepts or not.</summary>
    public IReadOnlyList<Refusal> For(EnvironmentKind kind) =>
        kind == EnvironmentKind.Stage ? Refusals : [.. Refusals, .. AcceptedByStage];

    private IEnumerable<Refusal> OtherKind() =>
        evidence.Run.Kind == Kind
            ? []
            : [new Refusal("kind", evidence.Run.Kind, $"a {Kind}", "Give the folder of a rehearsal with --rehearsal.")];

    private static Refusal NotPassed(Criterion line) =>
        new(
            line.Name,
            $"{line.Verdict}, {line.Reason.TrimEnd('.')}",
            line.Wanted,
            line.Verdict == Verdict.Warn
                ? "Remove what it warns of, or let the policy name what may be tolerated; then rehearse again."
                : "Fix it and rehearse again."
        );

    private IEnumerable<Refusal> Injected() =>
        evidence.Run.Inject is { } fault
            ? [new Refusal("injected", fault, "nothing broken on purpose", "Rehearse without --inject.")]
            : [];

    private IEnumerable<Refusal> StandIns()
    {
        var open = evidence
            .Run.StandIns.Where(image => !policy.ToleratedStandIns.Contains(image.InsteadOf))
            .Select(image => $"{image.Image} for {image.InsteadOf}")
            .Order()
            .ToList();
        return open.Count == 0
            ? []
            :
            [
                new Refusal(
                    "stand-ins",
                    string.Join(", ", open),
                    policy.ToleratedStandIns is [_, ..] named
                        ? $"none but for {string.Join(", ", named)}"
                        : "none, as the policy's cutover.tolerated_stand_ins names none",
                    "Rehearse with production's images, or decide on them in the policy."
                ),
            ];
    }

    private IEnumerable<Refusal> LeftOut()
    {
        var open = LeftOutCriterion.NotTolerated(evidence.LeftOut, policy);
        return open.Count == 0
            ? []
            :
            [
                new Refusal(
                    LeftOutCriterion.Name,
                    string.Join(", ", open.Select(step => $"{step.Id} ({step.Absent})")),
                    policy.ToleratedLeftOut is [_, ..] named
                        ? $"nothing but {string.Join(", ", named)}"
                        : "nothing, as the policy's cutover.tolerated_left_out names nothing",
                    "Rehearse with these parts, or decide on them in the policy."
                ),
            ];
    }

    private IEnumerable<Refusal> WayBack()
    {
        var line = gate.Criteria.FirstOrDefault(line => line.Name == RollbackCriterion.Name);
        return line is { Verdict: Verdict.Pass }
            ? []
            :
            [
                new Refusal(
                    RollbackCriterion.Name,
                    line is null ? "the way back was not rehearsed" : $"{line.Verdict}, {line.Reason.TrimEnd('.')}",
                    "a rehearsed way back that passed",
                    "Rehearse again, the way back included."
                ),
            ];
    }
}
