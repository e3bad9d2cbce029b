using System.Xml;
using System.Xml.Linq;

namespace FreshTrack.Build.Testing;

/// <summary>What tests came to. Failures of fixtures and of whole test programs count as failed.</summary>
public sealed record TestCounts(int Passed, int Failed, int Skipped)
{
    public static readonly TestCounts None = new(0, 0, 0);

    /// <summary>Counts are not to be had: the program crashed or was ended.</summary>
    public static readonly TestCounts Lost = new(0, 1, 0);

    // The exit code of a Microsoft.Testing.Platform program whose tests were all skipped.
    private const int NothingRan = 8;

    public int Total => Passed + Failed + Skipped;

    /// <summary>Reads xUnit's XML report and holds it against the exit code of the program that wrote it.</summary>
    /// <param name="report">The report's text; null when there is none.</param>
    public static TestCounts Read(string? report, int exitCode)
    {
        if (report is null || Parse(report) is not { } counts)
        {
            return Lost;
        }

        // No tests at all, or a failure that the report knows nothing of, is never a success.
        var explained = counts.Failed > 0 || (counts.Total > 0 && exitCode is 0 or NothingRan);
        return explained ? counts : counts + Lost;
    }

    public static TestCounts operator +(TestCounts left, TestCounts right) =>
        new(left.Passed + right.Passed, left.Failed + right.Failed, left.Skipped + right.Skipped);

    public static TestCounts Add(TestCounts left, TestCounts right) => left + right;

    public override string ToString() => $"{Passed} passed, {Failed} failed, {Skipped} skipped";

    private static TestCounts? Parse(string report)
    {
        try
        {
            return XDocument
                .Parse(report)
                .Descendants("assembly")
                .Select(assembly => new TestCounts(
                    Count(assembly, "passed"),
                    Count(assembly, "failed") + Count(assembly, "errors"),
                    Count(assembly, "skipped")
                ))
                .Aggregate(None, Add);
        }
        catch (Exception exception) when (exception is XmlException or FormatException)
        {
            return null;
        }
    }

    private static int Count(XElement assembly, string name) => (int?)assembly.Attribute(name) ?? 0;
}
