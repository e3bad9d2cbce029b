using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FreshTrack.Analyzers;

/// <summary>Places where a value is given for want of a better one.</summary>
internal static class Fallback
{
    /// <summary>The place where this value is given, in words that
    /// follow «passes»; null when it is no fallback.</summary>
    public static string? Of(IOperation value)
    {
        var isJudged = false;
        for (var (inner, around) = (value, value.Parent); around is not null; (inner, around) = (around, around.Parent))
        {
            if (IsCompared(around))
            {
                return null;
            }

            if (around is ICatchClauseOperation)
            {
                return "in a catch block";
            }

            isJudged |= IsJudgement(around, inner);
            if (!isJudged && Place(around, inner) is { } place)
            {
                return place;
            }
        }

        return null;
    }

    private static string? Place(IOperation around, IOperation inner) =>
        around switch
        {
            ISwitchExpressionArmOperation => "as the default arm of a switch",
            ISwitchCaseOperation => "as the default case of a switch",
            ICoalesceOperation coalesce when coalesce.WhenNull == inner => "when there is no verdict",
            IArgumentOperation { Parameter.Name: "defaultValue" } => "when there is no verdict",
            IFieldInitializerOperation or IPropertyInitializerOperation => "before anything was judged",
            _ => null,
        };

    // Inside a default, a condition still earns what it gives; a function is called when its caller says so.
    private static bool IsJudgement(IOperation around, IOperation inner) =>
        around switch
        {
            IConditionalOperation condition => condition.Condition != inner,
            ISwitchExpressionArmOperation arm => arm.Guard is not null || !IsCatchAll(arm.Pattern),
            ISwitchCaseOperation cases => !cases.Clauses.Any(clause => clause is IDefaultCaseClauseOperation),
            _ => around is IAnonymousFunctionOperation,
        };

    private static bool IsCatchAll(IPatternOperation pattern) =>
        pattern switch
        {
            IDiscardPatternOperation or IDeclarationPatternOperation { MatchesNull: true } => true,
            IRecursivePatternOperation
            {
                DeconstructionSubpatterns: { IsEmpty: false } parts,
                PropertySubpatterns.IsEmpty: true
            } => parts.All(IsCatchAll),
            _ => false,
        };

    // A value that is looked for is not given.
    private static bool IsCompared(IOperation around) =>
        around
            is IPatternOperation
                or ICaseClauseOperation
                or IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals };
}
