using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace FreshTrack.Analyzers;

/// <summary>FT0002: nothing passes because something went wrong or because nothing else applied.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PassIsEarnedAnalyzer : DiagnosticAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = new(
        "FT0002",
        "Pass is no fallback",
        "'{0}' passes {1}; what was not proven is Inconclusive",
        "FreshTrack",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A check that could not run, "
            + "met a case nobody thought of or never got to judging must not let a cutover through.",
        "docs/rules/FT0002.md"
    );

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(Check, OperationKind.FieldReference, OperationKind.Invocation);
        context.RegisterSymbolAction(CheckParameter, SymbolKind.Parameter);
    }

    private static void Check(OperationAnalysisContext context)
    {
        if (Passing.IsPass(context.Operation) && Fallback.Of(context.Operation) is { } fallback)
        {
            Report(context.Operation.Syntax, fallback, context.ReportDiagnostic);
        }
    }

    private static void CheckParameter(SymbolAnalysisContext context)
    {
        var parameter = (IParameterSymbol)context.Symbol;
        if (
            parameter.HasExplicitDefaultValue
            && Passing.IsPass(parameter.Type, parameter.ExplicitDefaultValue)
            && parameter.DeclaringSyntaxReferences.FirstOrDefault() is { } written
        )
        {
            Report(
                written.GetSyntax(context.CancellationToken),
                "when a caller says nothing",
                context.ReportDiagnostic
            );
        }
    }

    private static void Report(SyntaxNode syntax, string how, Action<Diagnostic> report) =>
        report(Diagnostic.Create(Rule, syntax.GetLocation(), syntax.ToString(), how));
}
