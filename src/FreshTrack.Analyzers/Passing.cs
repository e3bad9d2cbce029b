using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FreshTrack.Analyzers;

/// <summary>The ways to say Pass.</summary>
internal static class Passing
{
    /// <summary><c>Verdict.Pass</c>, or a call that can make a passing result: <c>StepResult.Pass(…)</c>, <c>Outcome.Judge(…)</c>.</summary>
    public static bool IsPass(IOperation operation) => operation switch
    {
        IFieldReferenceOperation field => field.Field.Name == "Pass" && IsVerdict(field.Field.ContainingType),
        IInvocationOperation call => call.TargetMethod is { IsStatic: true, Name: "Pass" or "Judge", ReturnType: var made } && HasVerdict(made),
        _ => false,
    };

    /// <summary>Pass is the first of the verdicts, so <c>default</c>, <c>new()</c> and <c>…OrDefault()</c> say it without naming it.</summary>
    public static bool IsHiddenDefault(IOperation operation) => IsVerdict(operation.Type) && operation switch
    {
        IDefaultValueOperation => true,
        IObjectCreationOperation => true,
        IInvocationOperation call => call.TargetMethod.Name.EndsWith("OrDefault", StringComparison.Ordinal) && !SaysItsDefault(call),
        _ => false,
    };

    public static bool IsVerdict(ITypeSymbol? type) => type is { TypeKind: TypeKind.Enum, Name: "Verdict" } && type.ContainingNamespace.ToDisplayString() == "FreshTrack.Plan";

    private static bool HasVerdict(ITypeSymbol made) => made.GetMembers("Verdict").Any(member => member is IPropertySymbol property && IsVerdict(property.Type));

    private static bool SaysItsDefault(IInvocationOperation call) => call.Arguments.Any(argument => argument.Parameter?.Name == "defaultValue");
}
