using FreshTrack.Cutover.Journal;
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
            .Where(step => step.Absent?.Contains("has not both sections public and deploy") == true);

        Assert.Equal([.. CutoverRunbook.OfStack, RollbackRunbook.TellVisitors], absent.Select(step => step.Id));
    }

    [Fact]
    public void Environment_without_monitoring_says_so_in_every_step_that_needs_it_and_starts_the_stack()
    {
        var night = CutoverRunbook.Night.WithoutMonitoring();
        var absent = night
            .Steps.Concat(RollbackRunbook.Return.WithoutMonitoring().Steps)
            .Where(step => step.Absent?.Contains("has no section monitoring") == true);

        Assert.Equal(
            CutoverRunbook.OfMonitoring.Append(RollbackRunbook.TellVisitors).Order(),
            absent.Select(step => step.Id).Order()
        );
        Assert.True(night.StartsStack);
    }

    [Fact]
    public void Night_starts_the_stack_unless_its_environment_has_none()
    {
        Assert.True(CutoverRunbook.Night.StartsStack);
        Assert.False(CutoverRunbook.Night.WithoutStack().StartsStack);
    }

    /// <summary>Repeated in phase 6, they would close the application that people use, and tell them of old
    /// moments.</summary>
    [Fact]
    public void Step_that_passed_is_not_repeated_by_a_night_that_continues() =>
        Assert.All(
            CutoverRunbook.Night.Steps.Where(step => CutoverRunbook.OfStack.Contains(step.Id)),
            step => Assert.Equal(step.Id, step.SettledBy)
        );

    [Fact]
    public void Undo_tells_visitors_when_all_else_is_taken_back_and_only_if_they_were_told()
    {
        var told = Undo(CutoverRunbook.Night, CutoverRunbook.Freeze, "deploy.stack", "deploy.status_page");

        Assert.Equal(["undo.deploy.status_page", "undo.report"], told.TakeLast(2).Select(step => step.Id));
        Assert.True(told[^2].Skippable);
        Assert.DoesNotContain(told.SkipLast(2), step => step.Id.Contains("status_page"));
        Assert.DoesNotContain(
            Undo(CutoverRunbook.Night, CutoverRunbook.Freeze),
            step => step.Id.Contains("status_page")
        );
        Assert.DoesNotContain(
            Undo(CutoverRunbook.Night.WithoutStack(), CutoverRunbook.Freeze, "deploy.status_page"),
            step => step.Id.Contains("status_page")
        );
    }

    private static List<Step> Undo(Runbook night, params IEnumerable<string> begun) =>
        [
            .. RollbackRunbook
                .Undo(
                    night,
                    [
                        .. begun.Select(
                            (id, i) => new JournalEntry(i, "", DateTimeOffset.UnixEpoch, JournalEvent.StepStarted, id)
                        ),
                    ]
                )
                .Steps,
        ];
}
