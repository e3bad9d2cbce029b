namespace FreshTrack.Migration;

/// <summary>How fast a source was read that was not frozen: the content of <c>rates.json</c>.</summary>
/// <param name="RawBytes">Bytes of the binary COPY streams; <paramref name="Bytes"/> those of the parts.</param>
public sealed record ExportRates(string RunId, long Rows, long RawBytes, long Bytes, double Seconds);
