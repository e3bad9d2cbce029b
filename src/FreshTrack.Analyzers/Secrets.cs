using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FreshTrack.Analyzers;

/// <summary>What must not be shown: text or bytes named as a secret, and types that hold one and print it.</summary>
internal static class Secrets
{
    private static readonly string[] Endings =
    [
        "connectionstring",
        "password",
        "secret",
        "apikey",
        "secretkey",
        "privatekey",
        "webhookkey",
        "serverkey",
        "accesstoken",
        "credentials",
    ];

    private static readonly string[] Types =
    [
        "Npgsql.NpgsqlConnectionStringBuilder",
        "System.Data.Common.DbConnectionStringBuilder",
        "System.Net.NetworkCredential",
        "Amazon.Runtime.AWSCredentials",
    ];

    /// <summary>The secrets that this value would show as they are.
    /// What a method made of a secret is the method's business.</summary>
    public static IEnumerable<IOperation> In(IOperation value) =>
        IsSecret(value) ? [value] : PartsOf(value).SelectMany(In);

    public static bool IsSecret(string name, ITypeSymbol? type) =>
        IsSecretType(type)
        || (
            IsTextual(type)
            && Endings.Any(ending => name.Replace("_", "").EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        );

    private static bool IsSecret(IOperation value) =>
        !value.ConstantValue.HasValue
        && value switch
        {
            ILocalReferenceOperation local => IsSecret(local.Local.Name, local.Type),
            IParameterReferenceOperation parameter => IsSecret(parameter.Parameter.Name, parameter.Type),
            IMemberReferenceOperation member => IsSecret(member.Member.Name, member.Type),
            IObjectCreationOperation creation => IsSecretType(creation.Type),
            _ => false,
        };

    private static IEnumerable<IOperation> PartsOf(IOperation value) =>
        value switch
        {
            IConversionOperation conversion => [conversion.Operand],
            IParenthesizedOperation parenthesized => [parenthesized.Operand],
            IInterpolatedStringOperation text => text
                .Parts.OfType<IInterpolationOperation>()
                .Select(part => part.Expression),
            IInterpolatedStringHandlerCreationOperation handler => PartsOf(handler.Content)
                .Concat(AppendedBy(handler.Content)),
            IBinaryOperation sum => [sum.LeftOperand, sum.RightOperand],
            IConditionalOperation { WhenFalse: { } otherwise } choice => [choice.WhenTrue, otherwise],
            ICoalesceOperation coalesce => [coalesce.Value, coalesce.WhenNull],
            ISwitchExpressionOperation choice => choice.Arms.Select(arm => arm.Value),
            IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
            ICollectionExpressionOperation collection => collection.Elements,
            IConditionalAccessOperation access => [access.Operation],
            IInvocationOperation { TargetMethod: { Name: "ToString", IsStatic: false }, Instance: { } instance } =>
            [
                instance,
            ],
            IInvocationOperation
            {
                TargetMethod:
                {
                    Name: "Format" or "Concat" or "Join" or "Create",
                    ContainingType.SpecialType: SpecialType.System_String
                }
            } call => call.Arguments.Select(argument => argument.Value),
            _ => [],
        };

    private static IEnumerable<IOperation> AppendedBy(IOperation content) =>
        content is IInterpolatedStringOperation text
            ? text
                .Parts.OfType<IInterpolatedStringAppendOperation>()
                .Select(part => part.AppendCall)
                .OfType<IInvocationOperation>()
                .SelectMany(call => call.Arguments)
                .Select(argument => argument.Value)
            : [];

    private static bool IsSecretType(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (Types.Contains(type.ToDisplayString()))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTextual(ITypeSymbol? type) =>
        type
            is { SpecialType: SpecialType.System_String or SpecialType.System_Object }
                or IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte or SpecialType.System_Char };
}
