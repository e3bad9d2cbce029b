using FreshTrack.Cutover.Deploy;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Deploy;

/// <summary>What runs on a server while one release takes the place of another, and after that has failed.</summary>
/// <remarks>In full depth: a second engine is started and filled first.</remarks>
public sealed class DeploymentTests(SmallServer stack) : IClassFixture<SmallServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Container_that_starts_again_between_two_rounds_has_the_files_that_it_was_deployed_with()
    {
        var project = stack.Project("rounds");
        await project.DeployAsync(project.Release("old", "old"));

        await project.FailAsync("new", "new");
        await project.RestartAsync("second");

        Assert.Equal("old", await project.ReadAsync("second"));
        Assert.Equal("first|second", await project.DeployAsync(project.Release("new", "new")));
        Assert.Equal("new", await project.ReadAsync("second"));
    }

    [Fact(Explicit = true)]
    public async Task Service_that_is_as_before_goes_on_running_from_the_directory_of_another_release()
    {
        var project = stack.Project("same");
        await project.DeployAsync(project.Release("old", "same"));
        var before = await project.IdentityAsync("second");

        Assert.Equal("first", await project.DeployAsync(project.Release("new", "same")));

        Assert.Equal(before, await project.IdentityAsync("second"));
    }

    [Fact(Explicit = true)]
    public async Task Second_deployment_is_refused_until_the_first_has_ended()
    {
        var project = stack.Project("locked");
        var release = project.Release("old", "old");
        await using (await project.Directory.LockAsync("release 0123", TimeProvider.System, Token))
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() => project.DeployAsync(release));

            Assert.Contains($"{Environment.UserName} on {Environment.MachineName} with release 0123", refused.Message);
            Assert.Null(await project.Directory.ReleaseAsync(ServerDirectory.Current, Token));
        }

        Assert.Equal("first|second", await project.DeployAsync(release));
    }

    [Fact(Explicit = true)]
    public async Task Release_that_is_gone_back_to_has_the_Compose_files_that_it_had()
    {
        var project = stack.Project("files", "compose.yaml", "more.yaml");
        var first = project.Release("old", "old");
        await project.DeployAsync(first);
        Assert.Equal(
            "third",
            await project.DeployAsync(project.Release("old", "old", "", "compose.yaml", "more.yaml"))
        );

        var back = await project.Directory.ReadReleaseAsync(first.Id, Token);
        Assert.Equal(first.Id, back.Id);
        var plan = await project.Deployment.DeployAsync(back, [], new Progress<string>(), Token);

        Assert.Empty(plan.Rounds);
        Assert.Equal(["third"], plan.Gone);
    }

    [Fact(Explicit = true)]
    public async Task State_after_a_failure_says_what_is_new_what_is_as_before_and_what_is_down()
    {
        var project = stack.Project("state");
        var good = project.Release("old", "old");
        await project.DeployAsync(good);
        var broken = await project.FailAsync("new", "new");

        Assert.Equal(
            "Of this release run: none. As before: second. Down: first.",
            $"{await project.Deployment.StateAsync(broken, Token)}"
        );
        Assert.Equal(
            "Of this release run: second. As before: none. Down: first.",
            $"{await project.Deployment.StateAsync(good, Token)}"
        );
    }
}
