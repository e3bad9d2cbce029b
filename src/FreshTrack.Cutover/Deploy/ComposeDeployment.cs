using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Deploy;

/// <summary>The API as the stack runs it: its instances behind the proxy, and its commands as the database's
/// owner.</summary>
/// <param name="release">What is deployed, and whose image runs the commands.</param>
/// <param name="project">The Compose project.</param>
/// <param name="address">Its public name.</param>
public sealed class ComposeDeployment(
    StackDeployment stack,
    ServerShell shell,
    ServerDirectory directory,
    Release release,
    string project,
    Uri address
) : IApiDeployment
{
    /// <summary>The service that runs the API's commands to their end.</summary>
    public const string Commands = "commands";

    /// <summary>The instances of the API.</summary>
    public static readonly IReadOnlyList<string> Names = ["api-a", "api-b"];

    private readonly ApiInstances instances = new(shell, project, Names);

    public Task<string> RunAsync(string command, CancellationToken cancellationToken) =>
        stack.RunAsync(release, Commands, command.Split(' '), cancellationToken);

    public async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        await stack.DeployAsync(release, Names, new Reports<string>(_ => { }), cancellationToken);
        return address;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await using var held = await directory.LockAsync("stopping the API", TimeProvider.System, cancellationToken);
        await instances.StopAsync(cancellationToken);
    }

    public async Task<Uri?> FindAsync(CancellationToken cancellationToken) =>
        (await instances.FindAsync(cancellationToken)).Any(instance => instance.Runs) ? address : null;

    public Task<IReadOnlyList<InstanceHealth>> HealthAsync(CancellationToken cancellationToken) =>
        instances.HealthAsync(cancellationToken);
}
