using System.Security.Cryptography;
using System.Text;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Evidence;

/// <summary>The chained check sums over the inputs of a verdict: <c>SHA256SUMS</c>.</summary>
/// <remarks>
/// A line is <c>file-hash  chain-hash  name</c>. The chain hash is SHA-256 over the line before it and this file's hash and name, so that no
/// line can be changed, moved, added or taken out without changing the last one, which <c>gate.json</c> quotes.
/// </remarks>
public static class Seal
{
    public const string FileName = "SHA256SUMS";

    /// <summary>Writes the seal over every input in the folder and returns its last chain hash.</summary>
    public static async Task<string> WriteAsync(string folder, CancellationToken cancellationToken)
    {
        var lines = await LinesAsync(folder, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, FileName), string.Concat(lines.Select(line => line + "\n")), cancellationToken);
        return ChainHash(lines);
    }

    /// <summary>Reads the folder again and returns the seal's last chain hash.</summary>
    /// <exception cref="RefusedException">A file differs from its seal, is missing, or was added; the first one is named.</exception>
    public static async Task<string> VerifyAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new RefusedException($"{folder} has no {FileName}: it is no finished run. Give the folder of a run that ended, as in artifacts/runs/latest.");
        }

        var expected = await File.ReadAllLinesAsync(path, cancellationToken);
        var actual = await LinesAsync(folder, cancellationToken);
        for (var i = 0; i < Math.Max(expected.Length, actual.Count); i++)
        {
            var sealedLine = expected.ElementAtOrDefault(i);
            if (sealedLine != actual.ElementAtOrDefault(i))
            {
                var name = NameOf(sealedLine ?? actual[i]);
                throw new RefusedException($"{name} in {folder} is not what was sealed. The evidence was changed after the run; rehearse again.");
            }
        }

        return ChainHash(actual);
    }

    private static async Task<List<string>> LinesAsync(string folder, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var chain = new string('0', 64);
        foreach (var name in Inputs(folder))
        {
            await using var file = File.OpenRead(Path.Combine(folder, name));
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
            chain = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{chain}\n{hash}  {name}")));
            lines.Add($"{hash}  {chain}  {name}");
        }

        return lines;
    }

    private static IEnumerable<string> Inputs(string folder) => Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
        .Where(name => name != FileName && !EvidenceFolder.Outputs.Contains(name))
        .Order(StringComparer.Ordinal);

    private static string ChainHash(List<string> lines) => lines.Count == 0 ? new string('0', 64) : lines[^1].Split("  ")[1];

    private static string NameOf(string line) => line.Split("  ", 3) is [_, _, var name] ? name : line;
}
