using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FreshTrack.Analyzers;

/// <summary>Where SQL text came from, as far as one expression tells.</summary>
internal static class SqlOrigin
{
    /// <summary>Whether the text was written in the source or
    /// composed by <c>Sql</c>, whichever branch it takes.</summary>
    public static bool IsWritten(IOperation value) =>
        value.ConstantValue.HasValue
        || value switch
        {
            IConversionOperation conversion => IsWritten(conversion.Operand),
            IParenthesizedOperation parenthesized => IsWritten(parenthesized.Operand),
            IConditionalOperation { WhenFalse: { } otherwise } choice => IsWritten(choice.WhenTrue)
                && IsWritten(otherwise),
            ICoalesceOperation coalesce => IsWritten(coalesce.Value) && IsWritten(coalesce.WhenNull),
            ISwitchExpressionOperation choice => choice.Arms.All(arm => IsWritten(arm.Value)),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => IsWritten(sum.LeftOperand)
                && IsWritten(sum.RightOperand),
            IThrowOperation => true,
            IPropertyReferenceOperation { Property.Name: "Text" } text => IsComposer(text.Property.ContainingType),
            IInvocationOperation { TargetMethod.Name: "ToString", Instance.Type: INamedTypeSymbol type } => IsComposer(
                type
            ),
            IParameterReferenceOperation parameter => IsConstantExpected(parameter.Parameter),
            ILocalReferenceOperation local => ItemsOf(local) is { IsEmpty: false } items && items.All(IsWritten),
            _ => false,
        };

    /// <summary>Whether this is <c>Sql</c> or the handler behind <c>Sql.Format</c>.</summary>
    public static bool IsComposer(INamedTypeSymbol? type) =>
        type is { Name: "Sql" or "SqlHandler" } && type.ContainingNamespace.ToDisplayString() == "FreshTrack.Plan";

    // CA1857 holds the callers of such a method to it.
    private static bool IsConstantExpected(IParameterSymbol parameter) =>
        parameter
            .GetAttributes()
            .Any(attribute =>
                attribute.AttributeClass?.ToDisplayString()
                == "System.Diagnostics.CodeAnalysis.ConstantExpectedAttribute"
            );

    /// <summary>What a loop gives its variable, when the loop lists it; nothing otherwise.</summary>
    private static ImmutableArray<IOperation> ItemsOf(ILocalReferenceOperation local)
    {
        for (IOperation? around = local; around is not null; around = around.Parent)
        {
            if (
                around is IForEachLoopOperation loop
                && loop.Locals.Contains(local.Local, SymbolEqualityComparer.Default)
            )
            {
                return ItemsOf(loop.Collection);
            }
        }

        return [];
    }

    private static ImmutableArray<IOperation> ItemsOf(IOperation list) =>
        list switch
        {
            IConversionOperation conversion => ItemsOf(conversion.Operand),
            ICollectionExpressionOperation collection => collection.Elements,
            IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
            _ => [],
        };
}
