using System.Reflection;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.States;

namespace FreshTrack.UnitTests.Cutover.States;

/// <summary>The runbooks keep what must hold at every moment, and a declaration that is false is found.</summary>
public sealed class StateSpaceTests
{
    [Fact]
    public void No_crash_no_undo_and_no_return_breaks_a_rule() =>
        Assert.Empty(StateExplorer.Explore(CutoverRunbook.Night, RollbackRunbook.Return));

    [Theory]
    [MemberData(nameof(Mutations))]
    public void Every_false_declaration_is_found(string step, string part, string value)
    {
        var (night, back) = (
            Mutated(CutoverRunbook.Night, step, part, value),
            Mutated(RollbackRunbook.Return, step, part, value)
        );

        Assert.True(
            IsProbed(part, value) || StateExplorer.Explore(night, back).Count > 0,
            $"{step} may declare {part} {value} and nobody notices"
        );
    }

    /// <summary>Each part that a step declares, with every other value and without one.</summary>
    public static TheoryData<string, string, string> Mutations()
    {
        var mutations = new TheoryData<string, string, string>();
        foreach (
            var step in CutoverRunbook
                .Night.Steps.Concat(RollbackRunbook.Return.Steps)
                .Where(step => step.Transition is not null)
        )
        {
            foreach (var part in Parts.Where(part => part.GetValue(step.Transition) is not null))
            {
                var type = Nullable.GetUnderlyingType(part.PropertyType)!;
                var declared = $"{part.GetValue(step.Transition)}";
                foreach (var value in Enum.GetNames(type).Where(name => name != declared).Append(""))
                {
                    mutations.Add(step.Id, part.Name, value);
                }
            }
        }

        return mutations;
    }

    private static IEnumerable<PropertyInfo> Parts =>
        typeof(Transition).GetProperties().Where(part => Nullable.GetUnderlyingType(part.PropertyType) is not null);

    /// <summary>A state that servers can be asked for is compared with what they say; that the comparison finds it, the
    /// engine's tests say.</summary>
    private static bool IsProbed(string part, string value) =>
        typeof(ObservedState).GetProperty(part) is not null
        && (part, value) is not (nameof(Transition.Target), "Verified");

    private static Runbook Mutated(Runbook runbook, string id, string part, string value) =>
        runbook with
        {
            Phases =
            [
                .. runbook.Phases.Select(phase =>
                    phase with
                    {
                        Steps = [.. phase.Steps.Select(step => step.Id == id ? Mutated(step, part, value) : step)],
                    }
                ),
            ],
        };

    private static Step Mutated(Step step, string part, string value)
    {
        var property = typeof(Transition).GetProperty(part)!;
        var changed = step.Transition! with { };
        property.SetValue(
            changed,
            value.Length == 0 ? null : Enum.Parse(Nullable.GetUnderlyingType(property.PropertyType)!, value)
        );
        return step with { Transition = changed };
    }
}
