using System.Security.Cryptography;
using System.Text;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Reporting;

/// <summary>Judges a sealed run and leaves the outputs beside its inputs: <c>gate.json</c>, <c>summary.md</c>, <c>report.html</c> and their check sums.</summary>
public static class JudgedRun
{
    /// <exception cref="RefusedException">The evidence is not as it was sealed.</exception>
    public static async Task<RunReport> WriteAsync(string folder, Policy policy, CancellationToken cancellationToken)
    {
        var gate = await EvidenceGate.JudgeAsync(folder, policy, cancellationToken);
        var report = await ReportAsync(folder, policy, gate, cancellationToken);
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["gate.json"] = EvidenceJson.Serialize("gate", gate),
            ["summary.md"] = MarkdownSummary.Write(report),
            ["report.html"] = ReportPage.Write(report),
        };
        foreach (var (name, text) in outputs)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), text, cancellationToken);
        }

        var sums = outputs.Select(output => $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(output.Value)))}  {output.Key}\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "RESULT.sha256"), string.Concat(sums), cancellationToken);
        return report;
    }

    private static async Task<RunReport> ReportAsync(string folder, Policy policy, GateResult gate, CancellationToken cancellationToken) => new(
        await ReadAsync<RunDescription>(folder, "run.json", cancellationToken),
        await ReadAsync<Timeline>(folder, "timeline.json", cancellationToken),
        gate,
        await OptionalAsync(folder, "load.json", EvidenceJson.Deserialize<LoadResult>, cancellationToken),
        folder)
    {
        Policy = policy,
        Plan = PlanFile.Load(Path.Combine(folder, "plan.yaml")),
        Preflight = await OptionalAsync(folder, "preflight.json", EvidenceJson.Deserialize<PreflightReport>, cancellationToken),
        Manifest = await OptionalAsync(folder, "manifest.json", text => Manifest.FromJson(Encoding.UTF8.GetBytes(text), "manifest.json"), cancellationToken),
        Verification = await OptionalAsync(folder, "verification.json", VerificationJson.Read, cancellationToken),
    };

    private static async Task<T> ReadAsync<T>(string folder, string name, CancellationToken cancellationToken) =>
        EvidenceJson.Deserialize<T>(await File.ReadAllTextAsync(Path.Combine(folder, name), cancellationToken));

    private static async Task<T?> OptionalAsync<T>(string folder, string name, Func<string, T> read, CancellationToken cancellationToken) where T : class
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? read(await File.ReadAllTextAsync(path, cancellationToken)) : null;
    }
}
