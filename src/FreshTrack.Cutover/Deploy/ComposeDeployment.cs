using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Deploy;

/// <summary>The API as the stack runs it: its instances, and its commands as the database's owner.</summary>
/// <param name="release">What is deployed.</param>
/// <param name="address">Where the proxy answers for the API.</param>
public sealed class ComposeDeployment(StackDeployment stack, Compose compose, Release release, Uri address)
    : IApiDeployment
{
    /// <summary>The service that runs the API's commands to their end.</summary>
    public const string Commands = "commands";

    /// <summary>The instances of the API.</summary>
    public static readonly IReadOnlyList<string> Instances = ["api-a", "api-b"];

    public Task<string> RunAsync(string command, CancellationToken cancellationToken) =>
        compose.RunAsync(Commands, command.Split(' '), cancellationToken);

    public async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        await stack.DeployAsync(release, Instances, new Reports<string>(_ => { }), cancellationToken);
        return address;
    }

    public Task StopAsync(CancellationToken cancellationToken) => compose.RemoveAsync(Instances, cancellationToken);

    public async Task<Uri?> FindAsync(CancellationToken cancellationToken) =>
        (await compose.ServicesAsync(cancellationToken)).Count(service =>
            service.IsWell && Instances.Contains(service.Service)
        ) == Instances.Count
            ? address
            : null;
}
