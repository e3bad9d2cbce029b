using System.Security.Cryptography;
using System.Text;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;

namespace FreshTrack.Cutover.Reporting;

/// <summary>
/// Judges a run and leaves the outputs next to its inputs: <c>gate.json</c>, <c>junit.xml</c>, <c>summary.md</c>,
/// <c>report.html</c> and their checksums.
/// </summary>
public static class JudgedRun
{
    public static async Task<RunReport> WriteAsync(
        RunEvidence evidence,
        Policy policy,
        CancellationToken cancellationToken
    )
    {
        var (folder, gate) = (evidence.Folder, Gate.Judge(evidence, policy));
        var report = new RunReport(evidence, gate, policy);
        var outputs = new Dictionary<string, string>
        {
            ["gate.json"] = EvidenceJson.Serialize("gate", gate),
            ["junit.xml"] = JUnitReport.Write(report),
            ["summary.md"] = MarkdownSummary.Write(report),
            ["report.html"] = ReportPage.Write(report),
        };
        var results = Path.Combine(folder, "RESULT.sha256");
        // Outputs of two verdicts, as a full disk may leave them, have no checksums.
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
}
