using System.Runtime.CompilerServices;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Contents;

/// <summary>Finds the rows in which two sides of a table differ: drills down by segments of the key's hash, then merges
/// the hashes of what is left.</summary>
/// <remarks>Never holds more than the segments of one level and
/// the rows of one key, however many rows differ.</remarks>
/// <param name="cells">What the rows come with.</param>
internal sealed class DifferenceFinder(ComparedTable table, Session source, Session target, RowCells cells)
{
    internal const int SegmentBits = 10;
    private const int DeepestBits = 40;
    private const int MaximumSegments = 64;
    internal const long SmallEnough = 10_000;

    /// <summary>Every differing row, ordered by key hash; none when both sides are equal.</summary>
    /// <exception cref="QueryFailedException">A database failed,
    /// or returned fewer rows than it had counted.</exception>
    public async IAsyncEnumerable<RowPair> FindAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (depth, segments, rows) = await DrillDownAsync(cancellationToken);
        var (fromSource, fromTarget) = (new Counter(), new Counter());
        var pairs = RowMatching.MatchAsync(
            fromSource.Count(Rows(source, table.Source, depth, segments, cancellationToken)),
            fromTarget.Count(Rows(target, table.Target, depth, segments, cancellationToken))
        );
        await foreach (var pair in pairs.WithCancellation(cancellationToken))
        {
            yield return pair;
        }

        if (fromSource.Rows != rows.Source || fromTarget.Rows != rows.Target)
        {
            throw new QueryFailedException(
                $"Read {fromSource.Rows} rows of the source and {fromTarget.Rows} of the target where "
                    + $"{rows.Source} and {rows.Target} had been counted."
            );
        }
    }

    private async Task<(int Depth, long[] Segments, (long Source, long Target) Rows)> DrillDownAsync(
        CancellationToken cancellationToken
    )
    {
        var (depth, segments) = (0, new[] { 0L });
        while (true)
        {
            var (ofSource, ofTarget) = await BothSides.AskAsync(
                token => SegmentsAsync(source, table.Source, depth, segments, token),
                token => SegmentsAsync(target, table.Target, depth, segments, token),
                cancellationToken
            );
            depth += SegmentBits;
            segments =
            [
                .. ofSource
                    .Keys.Union(ofTarget.Keys)
                    .Where(segment => Of(ofSource, segment) != Of(ofTarget, segment))
                    .Order(),
            ];
            var rows = (
                Source: segments.Sum(segment => Of(ofSource, segment).Rows),
                Target: segments.Sum(segment => Of(ofTarget, segment).Rows)
            );
            if (
                Math.Max(rows.Source, rows.Target) <= SmallEnough
                || segments.Length > MaximumSegments
                || depth >= DeepestBits
            )
            {
                return (depth, segments, rows);
            }
        }
    }

    private static Totals Of(IReadOnlyDictionary<long, Totals> totals, long segment) =>
        totals.GetValueOrDefault(segment, Totals.None);

    private static async Task<IReadOnlyDictionary<long, Totals>> SegmentsAsync(
        Session session,
        HashedTable side,
        int depth,
        long[] segments,
        CancellationToken cancellationToken
    )
    {
        var rows = await session.ListAsync(
            side.Segments(depth, SegmentBits),
            row => KeyValuePair.Create(row.GetInt64(0), Totals.Read(row, 1)),
            cancellationToken,
            segments
        );
        return rows.ToDictionary();
    }

    private IAsyncEnumerable<HashedRow> Rows(
        Session session,
        HashedTable side,
        int depth,
        long[] segments,
        CancellationToken cancellationToken
    ) =>
        session.StreamAsync(
            side.Rows(depth, cells),
            row => new HashedRow(
                row.GetInt64(0),
                row.GetInt64(1),
                row.GetInt64(2),
                row.GetInt64(3),
                row.GetFieldValue<string?[]>(4)
            ),
            cancellationToken,
            segments
        );

    private sealed class Counter
    {
        public long Rows { get; private set; }

        public async IAsyncEnumerable<HashedRow> Count(IAsyncEnumerable<HashedRow> rows)
        {
            await foreach (var row in rows)
            {
                Rows++;
                yield return row;
            }
        }
    }
}
