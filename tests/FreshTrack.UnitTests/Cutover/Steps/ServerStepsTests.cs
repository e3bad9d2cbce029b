using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.Steps;

public sealed class ServerStepsTests
{
    [Fact]
    public void Server_is_as_good_as_its_worst_point_and_each_that_lacks_something_is_named()
    {
        var result = ServerSteps.Judge([
            new("memory", Verdict.Pass, "8 GiB"),
            new("fail2ban", Verdict.Warn, "does not run"),
            new("port 80", Verdict.Fail, "taken"),
        ]);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Equal("2 of 3 points: fail2ban: does not run; port 80: taken", result.Summary);
    }

    [Fact]
    public void Server_with_all_points_passes() =>
        Assert.Equal(Verdict.Pass, ServerSteps.Judge([new("memory", Verdict.Pass, "8 GiB")]).Verdict);

    [Fact]
    public void Environment_without_a_server_says_so_in_every_step_that_needs_one()
    {
        var absent = PrepareRunbook
            .Whole.WithoutServer()
            .Steps.Concat(FinalCheckRunbook.Whole.WithoutServer().Steps)
            .Where(step => step.Absent?.Contains("no section deploy") == true);

        Assert.Equal(
            [PrepareRunbook.Server, PrepareRunbook.Data, FinalCheckRunbook.Server],
            absent.Select(step => step.Id)
        );
    }
}
