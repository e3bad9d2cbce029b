using System.Text.RegularExpressions;

namespace FreshTrack.IntegrationTests.Monitoring;

/// <summary>Reads of an expression what it is about.</summary>
internal static partial class PromQl
{
    private static readonly string[] Words = ["and", "or", "unless", "bool", "offset", "inf", "nan"];

    /// <summary>Names of the metrics: what is neither a function nor a label nor a word of the language.</summary>
    public static IEnumerable<string> MetricNames(string expression) =>
        Names()
            .Matches(Grouping().Replace(Braces().Replace(Texts().Replace(expression, ""), " "), " "))
            .Select(name => name.Value)
            .Where(name => !Words.Contains(name.ToLowerInvariant()))
            .Distinct();

    /// <summary>The jobs that selectors name.</summary>
    public static IEnumerable<string> Jobs(string expression) =>
        JobSelectors().Matches(expression).Select(job => job.Groups["job"].Value);

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.None, 1000)]
    private static partial Regex Texts();

    // Label matchers and ranges.
    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]", RegexOptions.None, 1000)]
    private static partial Regex Braces();

    [GeneratedRegex(
        @"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?<![\w:.])(?>[a-zA-Z_:][\w:]*)(?!\s*\()", RegexOptions.None, 1000)]
    private static partial Regex Names();

    [GeneratedRegex("job=\"(?<job>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex JobSelectors();
}
