using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.UnitTests.Cutover.Steps;

public sealed class StackStepsTests
{
    [Fact]
    public void Environment_with_nothing_around_the_API_says_so_in_every_step_that_needs_it()
    {
        var absent = CutoverRunbook
            .Night.WithoutStack()
            .Steps.Concat(RollbackRunbook.Return.WithoutStack().Steps)
            .Where(step => step.Absent?.Contains("no section public or monitoring") == true);

        Assert.Equal([.. CutoverRunbook.OfStack, RollbackRunbook.TellVisitors], absent.Select(step => step.Id));
    }

    [Fact]
    public void Night_starts_the_stack_unless_its_environment_has_none()
    {
        Assert.True(CutoverRunbook.Night.StartsStack);
        Assert.False(CutoverRunbook.Night.WithoutStack().StartsStack);
    }
}
