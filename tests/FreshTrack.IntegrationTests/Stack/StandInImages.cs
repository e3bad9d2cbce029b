using FreshTrack.Fixtures.Engine;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>Images under the names that the Compose files want: ours where there is one of the same product, the bare
/// Debian root for the rest. Names that were there before are left alone.</summary>
internal sealed class StandInImages : IAsyncDisposable
{
    private readonly List<string> tagged = [];

    /// <param name="substitute">What is tagged, by the name that is wanted.</param>
    public static async Task<StandInImages> TagAsync(
        IEnumerable<string> wanted,
        Func<string, string> substitute,
        CancellationToken cancellationToken
    )
    {
        var images = new StandInImages();
        try
        {
            foreach (var name in wanted.Distinct())
            {
                if ((await Command.DockerAsync(cancellationToken, "image", "inspect", name)).Succeeded)
                {
                    continue;
                }

                images.tagged.Add(name);
                (await Command.DockerAsync(cancellationToken, "tag", substitute(name), name)).Require(
                    $"Tagging {name}"
                );
            }

            return images;
        }
        catch
        {
            await images.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (tagged.Count > 0)
        {
            await Command.DockerAsync(CancellationToken.None, ["rmi", "--no-prune", .. tagged]);
        }
    }
}
