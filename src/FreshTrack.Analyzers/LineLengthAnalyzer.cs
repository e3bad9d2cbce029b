using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace FreshTrack.Analyzers;

/// <summary>FT0005: no line is longer than <c>max_line_length</c> of .editorconfig; 'off' and no value ask for no
/// check.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LineLengthAnalyzer : DiagnosticAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = new(
        "FT0005",
        "A line fits beside its review",
        "The line has {0} characters, {1} are allowed; "
            + "run 'dotnet csharpier format .', and wrap strings and comments by hand",
        "FreshTrack",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A reviewer reads two versions side by side; what a line hides beyond the edge is not reviewed.",
        "docs/rules/FT0005.md"
    );

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSyntaxTreeAction(Check);
    }

    private static void Check(SyntaxTreeAnalysisContext context)
    {
        var options = context.Options.AnalyzerConfigOptionsProvider.GetOptions(context.Tree);
        if (!options.TryGetValue("max_line_length", out var value) || !int.TryParse(value, out var limit))
        {
            return;
        }

        foreach (var line in context.Tree.GetText(context.CancellationToken).Lines)
        {
            if (line.Span.Length > limit)
            {
                var excess = TextSpan.FromBounds(line.Start + limit, line.End);
                context.ReportDiagnostic(
                    Diagnostic.Create(Rule, Location.Create(context.Tree, excess), line.Span.Length, limit)
                );
            }
        }
    }
}
