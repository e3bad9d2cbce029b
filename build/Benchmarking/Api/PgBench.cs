using System.Text.RegularExpressions;
using FreshTrack.Fixtures.Containers;

namespace FreshTrack.Build.Benchmarking.Api;

/// <param name="PerSecond">Transactions, without the time that connecting took.</param>
internal sealed record PgBenchResult(double PerSecond, double P99Milliseconds);

/// <summary>pgbench with its prepared protocol; the 99th percentile comes from its log of every transaction.</summary>
internal sealed partial class PgBench(PostgresPrograms programs, string database)
{
    private const int Threads = 2;

    /// <param name="script">One transaction, with pgbench's variables.</param>
    /// <param name="variables">Values of variables that the script does not set.</param>
    public async Task<PgBenchResult> RunAsync(
        string script,
        int clients,
        TimeSpan duration,
        IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellationToken
    )
    {
        var defined = string.Join(' ', variables.Select(variable => $"-D {variable.Key}='{variable.Value}'"));
        var output = await programs.RunAsync(
            $$"""
            rm -rf /tmp/bench && mkdir /tmp/bench && cd /tmp/bench
            cat > script.sql <<'SCRIPT'
            {{script}}
            SCRIPT
            pgbench --no-vacuum --protocol=prepared --client={{clients}} --jobs={{Threads}} \
              --time={{duration.TotalSeconds:0}} --file=script.sql --log {{defined}} '{{database}}' \
              2> errors || (cat errors >&2; exit 1)
            awk '{ print $3 }' pgbench_log.* | sort -n |
              awk '{ v[NR] = $1 } END { print "p99 = " v[int(NR * 0.99) + 1] }'
            """,
            cancellationToken
        );
        return new PgBenchResult(Number(PerSecond(), output), Number(P99(), output) / 1000);
    }

    private static double Number(Regex pattern, string output) =>
        pattern.Match(output) is { Success: true } match
            ? double.Parse(match.Groups["number"].Value)
            : throw new InvalidOperationException($"pgbench printed no '{pattern}': {output.Trim()}");

    [GeneratedRegex(
        @"^tps = (?<number>[0-9.]+) ",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1_000
    )]
    private static partial Regex PerSecond();

    [GeneratedRegex(
        @"^p99 = (?<number>[0-9.]+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1_000
    )]
    private static partial Regex P99();
}
