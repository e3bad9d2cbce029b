using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.Containers;

public sealed class LeftoversTests(Servers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("dead process", "999999999@1", false, false)]
    [InlineData("living process", null, false, true)]
    [InlineData("kept", "999999999@1", true, true)]
    public async Task Containers_and_networks_of_a_dead_process_are_removed(
        string what,
        string? owner,
        bool keep,
        bool stays
    )
    {
        await servers.RequireEngineAsync(Cancel);
        var runId = $"test-{what.Replace(' ', '-')}-{Guid.CreateVersion7():N}";
        var labels = new Dictionary<string, string>(StageLabels.Of(runId, keep));
        labels[StageLabels.Owner] = owner ?? labels[StageLabels.Owner];
        string[] options = [.. labels.SelectMany(label => (string[])["--label", $"{label.Key}={label.Value}"])];
        var images = await ImageSet.ReadAsync(RepositoryRoot.Find(), [ImageCatalog.Redis], Cancel);
        (await Command.DockerAsync(Cancel, ["create", .. options, images.Reference(ImageCatalog.Redis)])).Require(
            "Making a container"
        );
        (await Command.DockerAsync(Cancel, ["network", "create", .. options, runId])).Require("Making a network");
        try
        {
            await Leftovers.RemoveAsync(Cancel);

            Assert.Equal(stays ? 2 : 0, (await Owned.FindAsync(runId, Cancel)).Count);
        }
        finally
        {
            await Leftovers.RemoveRunAsync(runId);
        }
    }
}
