using System.Security.Cryptography;
using System.Text;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Reporting;

/// <summary>
/// Judges a sealed run and leaves the outputs beside its inputs: <c>gate.json</c>, <c>junit.xml</c>, <c>summary.md</c>,
/// <c>report.html</c> and their check sums.
/// </summary>
public static class JudgedRun
{
    /// <exception cref="RefusedException">The evidence is not as it was sealed.</exception>
    public static async Task<RunReport> WriteAsync(string folder, Policy policy, CancellationToken cancellationToken)
    {
        var gate = await EvidenceGate.JudgeAsync(folder, policy, cancellationToken);
        var report = await ReportAsync(folder, policy, gate, cancellationToken);
        var outputs = new Dictionary<string, string>
        {
            ["gate.json"] = EvidenceJson.Serialize("gate", gate),
            ["junit.xml"] = JUnitReport.Write(report),
            ["summary.md"] = MarkdownSummary.Write(report),
            ["report.html"] = ReportPage.Write(report),
        };
        var results = Path.Combine(folder, "RESULT.sha256");
        // Outputs of two verdicts, as a full disk may leave them, have no check sums.
        File.Delete(results);
        foreach (var (name, text) in outputs)
        {
            await EvidenceFolder.ReplaceAsync(Path.Combine(folder, name), text, cancellationToken);
        }

        var sums = outputs.Select(output =>
            $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(output.Value)))}  {output.Key}\n"
        );
        await EvidenceFolder.ReplaceAsync(results, string.Concat(sums), cancellationToken);
        return report;
    }

    private static async Task<RunReport> ReportAsync(
        string folder,
        Policy policy,
        GateResult gate,
        CancellationToken cancellationToken
    ) =>
        new(
            await EvidenceFile.ReadAsync<RunDescription>(folder, "run.json", cancellationToken),
            await EvidenceFile.ReadAsync<Timeline>(folder, "timeline.json", cancellationToken),
            gate,
            await EvidenceFile.FindAsync<LoadResult>(folder, "load.json", cancellationToken),
            folder
        )
        {
            Policy = policy,
            Plan = PlanFile.Load(Path.Combine(folder, "plan.yaml")),
            Preflight = await EvidenceFile.FindAsync<PreflightReport>(folder, "preflight.json", cancellationToken),
            Manifest = await EvidenceFile.FindAsync(
                folder,
                "manifest.json",
                text => Manifest.FromJson(Encoding.UTF8.GetBytes(text), "manifest.json"),
                cancellationToken
            ),
            Verification = await EvidenceFile.FindAsync(
                folder,
                "verification.json",
                VerificationJson.Read,
                cancellationToken
            ),
        };
}
