using FreshTrack.Cutover.Environments;

namespace FreshTrack.Cutover.Deploy;

/// <summary>The new system's containers, where an environment's file says that they run.</summary>
/// <param name="root">The checkout, with the Compose files and what they mount.</param>
public sealed class StackOnServer(DeploySettings settings, string root)
{
    private const string Mounted = "deploy";
    private const string Variables = ".env.production";

    public ServerShell Shell { get; } = new(settings.Host, settings.SshConfig);

    public ServerDirectory Directory => new(Shell, settings.Directory);

    public Compose Compose =>
        new(Shell, new ComposeProject(settings.Project, Directory.CurrentPath, settings.Compose, Variables));

    public StackDeployment Deployment => new(Shell, Directory, Compose) { LeftOut = settings.LeftOut };

    /// <summary>Several deployments under one lock, which their caller holds.</summary>
    public StackDeployment DeploymentUnder(ServerLock held) =>
        new(Shell, Directory, Compose) { LeftOut = settings.LeftOut, Lock = held };

    /// <summary>What the stack stores its data in.</summary>
    public DataServices Data => new(Deployment, Shell, Compose, Release(), settings.LeftOut);

    /// <summary>The API, as a run uses it.</summary>
    /// <param name="address">Its public name.</param>
    public ComposeDeployment Api(Uri address) =>
        new(Deployment, Shell, Directory, Release(), settings.Project, address);

    /// <summary>Everything else: frontend, proxy, monitoring, backups.</summary>
    public StackServices Services =>
        new(Shell, Deployment, Directory, Compose, Release(), services: null, settings.LeftOut);

    /// <summary>The release that the checkout and the environment's variables make.</summary>
    /// <exception cref="FileNotFoundException">A Compose file is not in the checkout.</exception>
    public Release Release() =>
        Deploy.Release.Read(
            root,
            [.. settings.Compose, Mounted],
            new Dictionary<string, string>
            {
                [Variables] = File.ReadAllText(settings.VariablesFile),
                [Deploy.Release.ComposeList] = string.Concat(settings.Compose.Select(file => $"{file}\n")),
            }
        );
}
