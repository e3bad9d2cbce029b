using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Engine;

namespace FreshTrack.IntegrationTests.Containers;

/// <summary>What the engine holds of one run.</summary>
internal static class Owned
{
    /// <returns>Ids of containers, running or not, and of networks.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(string runId, CancellationToken cancellationToken)
    {
        var filter = $"label={StageLabels.Stage}={runId}";
        var containers = await Command.DockerAsync(cancellationToken, "ps", "--all", "--quiet", "--filter", filter);
        var networks = await Command.DockerAsync(cancellationToken, "network", "ls", "--quiet", "--filter", filter);
        return
        [
            .. (containers.Require("Listing").Text + "\n" + networks.Require("Listing").Text).Split(
                '\n',
                StringSplitOptions.RemoveEmptyEntries
            ),
        ];
    }
}
