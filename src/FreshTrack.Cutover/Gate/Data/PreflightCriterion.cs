using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>Preflight, there and back, found nothing but warnings that the policy names. It tolerates warnings alone:
/// a finding that
/// fails or is open stays what it is.</summary>
internal static class PreflightCriterion
{
    public const string Name = "preflight";

    private const string Wanted = "no finding that the policy does not tolerate";

    /// <summary>A policy that names no findings leaves them to the step that found them.</summary>
    public static bool Applies(RunEvidence evidence, CutoverPolicy policy) =>
        policy.ToleratedFindings is not null && evidence.Preflight is not null;

    public static Criterion Judge(IReadOnlyList<PreflightReport?> reports, CutoverPolicy policy)
    {
        List<Finding> findings = [.. reports.SelectMany(report => report?.Findings ?? [])];
        var (tolerated, others) = Split(findings, policy.ToleratedFindings ?? []);
        var verdict = others.Select(finding => finding.Verdict).Append(Verdict.Pass).Worst();
        var reasons = others
            .Where(finding => finding.Verdict == verdict)
            .Select(finding => $"{finding.Code} in {finding.Subject}, {finding.Message.TrimEnd('.')}")
            .ToList();
        return new Criterion(
            Name,
            Wanted,
            reasons.Count > 0 ? Format.List(Codes(others))
                : tolerated.Count > 0 ? $"tolerated: {Format.List(Codes(tolerated))}"
                : "no finding",
            verdict,
            reasons.Count > 0 ? $"{Name}: {Format.List(reasons)}."
                : tolerated.Count > 0 ? $"{Name}: the policy tolerates {Format.List(Codes(tolerated))}."
                : $"{Name}: nothing was found."
        )
        {
            Derivation = new Derivation(
                "preflight.json and reverse.json findings[]; policy cutover.tolerated_findings",
                "the worst verdict of all findings, without warnings whose code the policy names",
                [
                    $"tolerated: {Format.Count(tolerated.Count)}",
                    .. findings.Select(finding => $"{finding.Code} {finding.Subject}: {finding.Verdict}"),
                ]
            ),
        };
    }

    private static (List<Finding> Tolerated, List<Finding> Others) Split(
        List<Finding> findings,
        IReadOnlyList<string> codes
    )
    {
        var kinds = findings
            .Where(finding => finding.Verdict != Verdict.Pass)
            .ToLookup(finding => finding.Verdict == Verdict.Warn && codes.Contains(finding.Code));
        return ([.. kinds[true]], [.. kinds[false]]);
    }

    private static List<string> Codes(List<Finding> findings) =>
        [.. findings.Select(finding => finding.Code).Distinct().Order()];
}
