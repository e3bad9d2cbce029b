using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FreshTrack.Analyzers;

/// <summary>The ways to say Pass.</summary>
internal static class Passing
{
    /// <summary><c>Verdict.Pass</c>, or a call that can make a passing result:
    /// <c>StepResult.Pass(…)</c>, <c>Outcome.Judge(…)</c>.</summary>
    public static bool IsPass(IOperation operation) =>
        operation switch
        {
            IFieldReferenceOperation field => field.Field.Name == "Pass" && IsVerdict(field.Field.ContainingType),
            IInvocationOperation call => call.TargetMethod
                is { IsStatic: true, Name: "Pass" or "Judge", ReturnType: var made }
                && HasVerdict(made),
            _ => false,
        };

    /// <summary>Whether this constant is <c>Verdict.Pass</c>; the compiler keeps of it the number alone.</summary>
    public static bool IsPass(ITypeSymbol type, object? constant) =>
        IsVerdict(type)
        && type.GetMembers("Pass").OfType<IFieldSymbol>().Any(pass => Equals(pass.ConstantValue, constant));

    private static bool IsVerdict(ITypeSymbol? type) =>
        type is { TypeKind: TypeKind.Enum, Name: "Verdict" }
        && type.ContainingNamespace.ToDisplayString() == "FreshTrack.Plan";

    private static bool HasVerdict(ITypeSymbol made) =>
        made.GetMembers("Verdict").Any(member => member is IPropertySymbol property && IsVerdict(property.Type));
}
