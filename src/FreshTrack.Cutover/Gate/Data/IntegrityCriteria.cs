using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Gating;

/// <summary>All checks but counts and contents: those that the policy limits, then those that it does not name, which
/// must pass as they are.</summary>
internal static class IntegrityCriteria
{
    public static IEnumerable<Criterion> Judge(IReadOnlyList<CheckResult> checks, IReadOnlyList<IntegrityLimit> limits)
    {
        var evidence = checks
            .Where(item => item.Check is not (CheckNames.Counts or CheckNames.Contents))
            .OrderBy(item => item.Subject)
            .ToLookup(item => item.Check);
        var named = limits.Select(limit => Judge(limit.Check, [.. evidence[limit.Check]], limit.MaxViolations));
        var others = evidence
            .Select(group => group.Key)
            .Except(limits.Select(limit => limit.Check))
            .Order()
            .Select(check => Judge(check, [.. evidence[check]], 0));
        return named.Concat(others);
    }

    private static Criterion Judge(string check, List<CheckResult> evidence, long limit) =>
        Line(check, evidence, limit) with
        {
            Derivation = new Derivation(
                $"verification.json checks[check={check}]",
                $"Fail when violations > {Format.Count(limit)}; Inconclusive without rows or when a check is; "
                    + "tolerated violations are a Warn",
                [
                    .. evidence.Select(item =>
                        $"{item.Subject}: {item.Verdict}, {Format.Count(item.Rows)} rows, "
                        + $"{Format.Count(item.Violations)} violations"
                    ),
                ]
            ),
        };

    private static Criterion Line(string check, List<CheckResult> evidence, long limit)
    {
        var wanted = limit == 0 ? "no violation" : $"at most {Format.Count(limit)} violations";
        if (evidence.Count == 0)
        {
            return new Criterion(
                check,
                wanted,
                "nothing",
                Verdict.Inconclusive,
                $"{check}: the check did not run; the policy asks for {wanted}."
            );
        }

        var rows = evidence.Sum(item => (decimal)item.Rows);
        var violations = evidence.Sum(item => (decimal)item.Violations);
        var measured = $"{Format.Count(violations)} violations in {Format.Count(rows)} rows";
        var verdict = evidence.Select(item => Judge(item, limit)).Append(AllTogether(rows, violations, limit)).Worst();
        var reasons = evidence
            .Where(item => item.Verdict != Verdict.Pass || item.Violations != 0)
            .Select(Format.Reason)
            .ToList();
        var details = reasons.Count == 0 ? "" : $": {Format.List(reasons)}";
        return new Criterion(check, wanted, measured, verdict, $"{check}: {measured}, wanted {wanted}{details}.");
    }

    private static Verdict AllTogether(decimal rows, decimal violations, long limit) =>
        violations > limit || violations < 0 ? Verdict.Fail
        : rows <= 0 ? Verdict.Inconclusive
        : Verdict.Pass;

    /// <summary>Violations that the policy tolerates are still shown; a Fail that names none is not about
    /// them.</summary>
    private static Verdict Judge(CheckResult item, long limit) =>
        item switch
        {
            { Verdict: Verdict.Pass or Verdict.Warn, Rows: < 0 } => Verdict.Inconclusive,
            { Violations: < 0 } => Verdict.Fail,
            { Verdict: Verdict.Fail, Violations: > 0 } when item.Violations <= limit => Verdict.Warn,
            { Verdict: Verdict.Pass, Violations: > 0 } => item.Violations <= limit ? Verdict.Warn : Verdict.Fail,
            _ => item.Verdict,
        };
}
