using System.Collections.Immutable;
using FreshTrack.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace FreshTrack.UnitTests.Analyzers;

public sealed class RuleDocumentationTests
{
    public static TheoryData<string> Ids => [.. Rules.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_rule_leads_to_its_page(string id)
    {
        var rule = Rules.Single(rule => rule.Id == id);
        var page = File.ReadAllLines(Path.Combine(Root(), rule.HelpLinkUri));
        Assert.Equal($"# {id}: {rule.Title}", page[0]);
        Assert.Contains("## Wrong", page);
        Assert.Contains("## Right", page);
    }

    [Fact]
    public void Every_rule_is_an_error() =>
        Assert.All(
            Rules,
            rule => Assert.Equal((DiagnosticSeverity.Error, true), (rule.DefaultSeverity, rule.IsEnabledByDefault))
        );

    private static ImmutableArray<DiagnosticDescriptor> Rules { get; } =
    [
        .. typeof(SqlFromConstantsAnalyzer)
            .Assembly.GetExportedTypes()
            .Where(type => type.IsAssignableTo(typeof(DiagnosticAnalyzer)))
            .SelectMany(type => ((DiagnosticAnalyzer)Activator.CreateInstance(type)!).SupportedDiagnostics),
    ];

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FreshTrack.sln")))
        {
            folder =
                Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("No FreshTrack.sln above the test program.");
        }

        return folder;
    }
}
