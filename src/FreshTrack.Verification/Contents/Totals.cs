using System.Data.Common;

namespace FreshTrack.Verification.Contents;

/// <summary>Rows of a table or segment, and the two sums of their hashes as exact decimal text.</summary>
internal sealed record Totals(long Rows, string First, string Second)
{
    public static readonly Totals None = new(0, "0", "0");

    public static Totals Read(DbDataReader row, int from = 0) =>
        new(row.GetInt64(from), row.GetString(from + 1), row.GetString(from + 2));
}
