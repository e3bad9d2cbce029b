using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace FreshTrack.Analyzers;

/// <summary>FT0001: what reaches the database as SQL was written in the source, or was composed by <c>Sql.Format</c>,
/// which quotes what is put in.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SqlFromConstantsAnalyzer : DiagnosticAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = new(
        "FT0001",
        "SQL comes from constants or from Sql.Format",
        "'{0}' reaches the database as SQL but is no constant; "
            + "compose it with Sql.Format, or mark the parameter it came through [ConstantExpected]",
        "FreshTrack",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Text that was put together at run time can hold anybody's SQL. "
            + "Sql.Format quotes every name and value that is put in.",
        "docs/rules/FT0001.md"
    );

    // As Npgsql and System.Data.Common name the parameters that take SQL.
    private static readonly ImmutableHashSet<string> SqlParameters =
    [
        "cmdText",
        "commandText",
        "copyCommand",
        "copyFromCommand",
        "copyToCommand",
    ];

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(CheckArgument, OperationKind.Argument);
        context.RegisterOperationAction(
            CheckAssignment,
            OperationKind.SimpleAssignment,
            OperationKind.CompoundAssignment
        );
    }

    private static void CheckArgument(OperationAnalysisContext context)
    {
        var argument = (IArgumentOperation)context.Operation;
        if (
            argument.Parameter is { Type.SpecialType: SpecialType.System_String } parameter
            && TakesSql(parameter, context.ContainingSymbol)
        )
        {
            Check(context, argument.Value);
        }
    }

    private static void CheckAssignment(OperationAnalysisContext context)
    {
        var assignment = (IAssignmentOperation)context.Operation;
        if (assignment.Target is IPropertyReferenceOperation { Property: var property } && IsSqlText(property))
        {
            Check(context, assignment.Value);
        }
    }

    private static void Check(OperationAnalysisContext context, IOperation value)
    {
        if (!SqlOrigin.IsWritten(value))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, value.Syntax.GetLocation(), value.Syntax.ToString()));
        }
    }

    private static bool TakesSql(IParameterSymbol parameter, ISymbol caller) =>
        parameter.ContainingSymbol is IMethodSymbol method
        && (
            (IsDatabase(method.ContainingType) && SqlParameters.Contains(parameter.Name))
            || (
                SqlOrigin.IsComposer(method.ContainingType)
                && method.Name is ".ctor" or "AppendLiteral"
                && !SqlOrigin.IsComposer(caller.ContainingType)
            )
        );

    private static bool IsSqlText(IPropertySymbol property) =>
        property.Name switch
        {
            "CommandText" => IsDatabase(property.ContainingType),
            "Text" => SqlOrigin.IsComposer(property.ContainingType),
            _ => false,
        };

    private static bool IsDatabase(INamedTypeSymbol type) =>
        type.ContainingNamespace.ToDisplayString() is "Npgsql" or "System.Data" or "System.Data.Common";
}
