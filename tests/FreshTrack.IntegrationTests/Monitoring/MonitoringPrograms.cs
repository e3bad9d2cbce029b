using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.Monitoring;

/// <summary>The programs that check configurations, each from the image that runs in the stack.</summary>
internal static class MonitoringPrograms
{
    /// <summary>Runs a program in a container without a network that sees <c>deploy/</c> as <c>/deploy</c>.</summary>
    /// <returns>Its exit code and what it printed.</returns>
    public static async Task<(int ExitCode, string Text)> RunAsync(
        ImageDefinition image,
        string program,
        CancellationToken cancellationToken,
        params string[] arguments
    )
    {
        var images = await ImageSet.ReadAsync(MonitoringFiles.Root, [image], cancellationToken);
        var ended = await Command.DockerAsync(
            cancellationToken,
            [
                "run",
                "--rm",
                "--network",
                "none",
                "--volume",
                $"{MonitoringFiles.Deploy}:/deploy:ro",
                "--entrypoint",
                program,
                images.Reference(image),
                .. arguments,
            ]
        );
        return (ended.ExitCode, ended.Text);
    }
}
