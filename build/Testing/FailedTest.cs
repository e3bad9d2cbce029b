using System.Xml;
using System.Xml.Linq;

namespace FreshTrack.Build.Testing;

/// <summary>A test, a fixture or a whole test program that failed, and what it said.</summary>
/// <param name="Name">As the report names it: namespace, class, method and arguments of a test.</param>
public sealed record FailedTest(string Name, string Message)
{
    private const int ShownLines = 3;
    private const int ShownTests = 40;

    /// <summary>Those of xUnit's XML report, in its order.</summary>
    /// <param name="report">The report's text; null when there is none. A torn one names nothing.</param>
    public static IReadOnlyList<FailedTest> Read(string? report)
    {
        try
        {
            return report is null ? [] : [.. XDocument.Parse(report).Descendants("failure").Select(Read)];
        }
        catch (XmlException)
        {
            return [];
        }
    }

    /// <summary>What ends the output of a test run, so that the tail of a log tells what failed: each failed test with
    /// the first lines of its message, then the counts.</summary>
    public static string Summary(IReadOnlyList<FailedTest> failed, TestCounts counts) =>
        string.Join(
            '\n',
            [
                .. failed.Take(ShownTests),
                .. failed.Count > ShownTests
                    ? [$"… and {failed.Count - ShownTests} more: see the reports in artifacts/tests."]
                    : Array.Empty<string>(),
                counts,
            ]
        );

    public override string ToString()
    {
        var lines = Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return string.Join('\n', [$"failed: {Name}", .. lines.Take(ShownLines).Select(line => $"    {line}")]);
    }

    private static FailedTest Read(XElement failure) =>
        new((string?)failure.Parent?.Attribute("name") ?? "unnamed", (string?)failure.Element("message") ?? "");
}
