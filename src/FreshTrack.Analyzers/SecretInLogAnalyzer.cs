using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace FreshTrack.Analyzers;

/// <summary>FT0004: no connection string, password or key goes where people read:
/// logs, consoles, messages of exceptions.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SecretInLogAnalyzer : DiagnosticAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = new(
        "FT0004",
        "No secret in a log call",
        "'{0}' is a secret, and '{1}' shows it; "
            + "leave it out, or show what DatabaseAddress.Describe makes of an address",
        "FreshTrack",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Logs, consoles and messages of exceptions are kept, copied into tickets and sent to other services; "
            + "what was shown there once must be changed.",
        "docs/rules/FT0004.md"
    );

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(CheckArgument, OperationKind.Argument);
        context.RegisterSymbolAction(CheckLogMethod, SymbolKind.Method);
    }

    private static void CheckArgument(OperationAnalysisContext context)
    {
        var argument = (IArgumentOperation)context.Operation;
        if (
            argument.Parent is not (IInvocationOperation or IObjectCreationOperation)
            || argument.Parameter?.ContainingSymbol is not IMethodSymbol { ContainingType: var type } called
            || !Shown.By(called, argument.Parameter)
        )
        {
            return;
        }

        foreach (var secret in Secrets.In(argument.Value))
        {
            context.ReportDiagnostic(
                Diagnostic.Create(
                    Rule,
                    secret.Syntax.GetLocation(),
                    secret.Syntax.ToString(),
                    $"{type.Name}.{called.Name}".Replace("..ctor", "")
                )
            );
        }
    }

    // [LoggerMessage] writes every parameter of its method.
    private static void CheckLogMethod(SymbolAnalysisContext context)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (method.PartialDefinitionPart is not null || !Shown.IsLogMessage(method))
        {
            return;
        }

        foreach (
            var parameter in method.Parameters.Where(parameter => Secrets.IsSecret(parameter.Name, parameter.Type))
        )
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, parameter.Locations[0], parameter.Name, method.Name));
        }
    }
}
