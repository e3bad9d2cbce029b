using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace FreshTrack.Build.Benchmarking.Verification;

/// <summary>What the contents check is held against: checksums in plain SQL,
/// of both sides at once, as the verifier reads them.</summary>
internal sealed class PlainChecksums(CopiedReadings readings)
{
    /// <summary>Two order-independent sums of 64-bit hashes of the rows' text.</summary>
    public Task<double> TextHashesAsync(CancellationToken cancellationToken) =>
        CompareAsync(
            "select sum(hashtextextended(r::text, 1)) || ' ' || sum(hashtextextended(r::text, 2)) from readings as r",
            cancellationToken
        );

    /// <summary>One digest over the sorted digests of the rows.</summary>
    public Task<double> OrderedDigestAsync(CancellationToken cancellationToken) =>
        CompareAsync(
            "select md5(string_agg(md5(r::text), '' order by md5(r::text))) from readings as r",
            cancellationToken
        );

    /// <returns>Seconds.</returns>
    private async Task<double> CompareAsync([ConstantExpected] string sql, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(
            AskAsync(readings.Source, sql, cancellationToken),
            AskAsync(readings.Target, sql, cancellationToken)
        );
        return answers[0] == answers[1]
            ? watch.Elapsed.TotalSeconds
            : throw new InvalidOperationException(
                $"Source and target of '{readings.Database}' are not equal, so nothing can be measured on them."
            );
    }

    private static async Task<string> AskAsync(
        NpgsqlDataSource database,
        [ConstantExpected] string sql,
        CancellationToken cancellationToken
    )
    {
        await using var command = database.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
