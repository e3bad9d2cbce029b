using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Reporting.Markup;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>What preflight and the checks found, down to the keys of rows and the two values of a cell.</summary>
internal static class FindingsSection
{
    private const int Listed = 20;
    private const string Secret = "secret, not shown";

    /// <param name="plan">Says which columns are secret; their values stay out whatever the evidence holds.</param>
    public static Html Write(PreflightReport? preflight, VerificationResult? verification, MigrationPlan plan)
    {
        var findings = preflight?.Findings ?? [];
        var failed = (verification?.Checks ?? []).Where(check => check.Verdict != Verdict.Pass).ToList();
        return findings.Count + failed.Count == 0
            ? Section.Nothing(Nothing(preflight, verification))
            : Html.Join([.. failed.Select(check => Failed(check, plan)), Findings(findings)]);
    }

    // What was not looked at has not found nothing.
    private static string Nothing(PreflightReport? preflight, VerificationResult? verification) =>
        (preflight, verification) switch
        {
            (null, null) => "Nothing was looked at.",
            (null, _) => "The checks found nothing; preflight was not run.",
            (_, null) => "Preflight found nothing; source and target were not compared.",
            _ => "Preflight and the checks found nothing.",
        };

    private static Html Findings(IReadOnlyList<Finding> findings) =>
        findings.Count == 0
            ? Html.Empty
            : Html.Of(
                $"<h3>Before anything moved</h3>\n{new Table(
            "What preflight found",
            [new("where"), new("verdict"), new("finding"), new("rows", true), new("for example")],
            [.. findings.Select(finding => (IReadOnlyList<Html>)
            [
                Html.Of($"{finding.Subject}<small>{finding.Code}</small>"),
                VerdictStyle.Badge(finding.Verdict),
                Html.Text(finding.Message),
                Html.Text(finding.Rows is { } rows ? Format.Count(rows) : "–"),
                Html.Text(string.Join("; ", finding.Examples)),
            ])]).Write()}"
            );

    private static Html Failed(CheckResult check, MigrationPlan plan) =>
        Html.Of(
            $"""
            <h3>{VerdictStyle.Badge(check.Verdict)} {check.Check} of {check.Subject}</h3>
            <p>{check.Reason}</p>
            {(
                check.Differences is { Listed.Count: > 0 } differences
                    ? Rows(check.Subject, differences, plan)
                    : Html.Empty
            )}
            """
        );

    private static Html Rows(string subject, Differences differences, MigrationPlan plan)
    {
        var shown = differences.Listed.Take(Listed).ToList();
        var table = new Table(
            $"Rows of {subject} that differ",
            [new("row"), new("is"), new("column"), new("source"), new("target")],
            [.. shown.SelectMany(row => Cells(row, SecretsOf(row.Table, plan)))]
        );
        var more = Format.Count(differences.Total - shown.Count);
        return Html.Join([
            table.Write(),
            differences.Total > shown.Count
                ? Html.Of(
                    $"""
                    <p class="fine">{more} more rows differ;
                    verification.json lists the first {Differences.MaximumListed}.</p>

                    """
                )
                : Html.Empty,
        ]);
    }

    private static IEnumerable<IReadOnlyList<Html>> Cells(RowDifference row, HashSet<string> secrets)
    {
        var key = Html.Text(
            string.Join(
                ", ",
                row.Key.Select(part =>
                    $"{part.Column}={(secrets.Contains(part.Column) ? Secret : part.Value ?? "NULL")}"
                )
            )
        );
        var kind = Html.Text(row.Kind.ToString().ToLowerInvariant());
        return row.Cells.Count == 0
            ?
            [
                [key, kind, Html.Text("–"), Html.Text("–"), Html.Text("–")],
            ]
            : row.Cells.Select(cell =>
                (IReadOnlyList<Html>)
                    [
                        key,
                        kind,
                        Html.Text(cell.Column),
                        Value(cell.Source, secrets.Contains(cell.Column)),
                        Value(cell.Target, secrets.Contains(cell.Column)),
                    ]
            );
    }

    private static Html Value(string? value, bool secret) =>
        (value, secret) switch
        {
            (_, true) => Html.Of($"<i>{Secret}</i>"),
            (null, _) => Html.Of($"<i>NULL</i>"),
            ("", _) => Html.Of($"<i>empty</i>"),
            _ => Html.Of($"<code>{value}</code>"),
        };

    private static HashSet<string> SecretsOf(string table, MigrationPlan plan) =>
        plan.Tables.Where(other => other.Target.ToString() == table).SelectMany(other => other.Secret).ToHashSet();
}
