using System.Security.Cryptography;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Reporting;

/// <summary>Judges a sealed run and leaves the outputs beside its inputs: <c>gate.json</c>, <c>junit.xml</c>, <c>summary.md</c> and their check sums.</summary>
public static class JudgedRun
{
    /// <exception cref="RefusedException">The evidence is not as it was sealed.</exception>
    public static async Task<RunReport> WriteAsync(string folder, Policy policy, CancellationToken cancellationToken)
    {
        var gate = await EvidenceGate.JudgeAsync(folder, policy, cancellationToken);
        var report = new RunReport(
            await EvidenceFile.ReadAsync<RunDescription>(folder, "run.json", cancellationToken),
            await EvidenceFile.ReadAsync<Timeline>(folder, "timeline.json", cancellationToken),
            gate,
            await EvidenceFile.FindAsync<LoadResult>(folder, "load.json", cancellationToken),
            folder);
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["gate.json"] = EvidenceJson.Serialize("gate", gate),
            ["junit.xml"] = JUnitReport.Write(report),
            ["summary.md"] = MarkdownSummary.Write(report),
        };
        foreach (var (name, text) in outputs)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), text, cancellationToken);
        }

        var sums = outputs.Select(output => $"{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(output.Value)))}  {output.Key}\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "RESULT.sha256"), string.Concat(sums), cancellationToken);
        return report;
    }
}
