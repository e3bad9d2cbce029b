namespace FreshTrack.Migration;

/// <summary>How one process moved: the content of <c>move.json</c>.</summary>
/// <param name="RawBytes">Bytes of the binary COPY streams; <paramref name="Bytes"/> those of the parts.</param>
/// <param name="Imported">Rows that this process brought in; the others were there from an earlier one.</param>
/// <param name="PeakMemoryBytes">Largest resident set of the process.</param>
public sealed record MoveSummary(
    string RunId,
    long Rows,
    long Imported,
    int Parts,
    long RawBytes,
    long Bytes,
    double ExportSeconds,
    double UsersSeconds,
    double ImportSeconds,
    long PeakMemoryBytes
)
{
    public double Seconds => ExportSeconds + UsersSeconds + ImportSeconds;
}
