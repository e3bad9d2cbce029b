using CliWrap;
using DotNet.Testcontainers.Containers;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>A machine with an engine of its own, reached over SSH alone: it sees no file and no image of this
/// one.</summary>
internal sealed class SecondServer : IAsyncDisposable
{
    private readonly IContainer container;
    private readonly string folder;
    private readonly string run;

    private SecondServer(IContainer container, string folder, string run)
    {
        (this.container, this.folder, this.run) = (container, folder, run);
        Shell = new ServerShell(ServerAddress.Parse($"ssh://deploy@127.0.0.1:{Port(22)}")!, SshConfig);
    }

    public ServerShell Shell { get; }

    public string SshConfig => Path.Combine(folder, "config");

    /// <summary>Where this machine reaches a port that the other one publishes.</summary>
    public int Port(int published) => container.GetMappedPublicPort(published);

    public static async Task<SecondServer> StartAsync(ImageSet images, CancellationToken cancellationToken)
    {
        var ssh = Directory.CreateTempSubdirectory("ssh").FullName;
        var key = Path.Combine(ssh, "key");
        await Cli.Wrap("ssh-keygen")
            .WithArguments(["-q", "-t", "ed25519", "-N", "", "-f", key])
            .ExecuteAsync(cancellationToken);
        var id = $"server-{Guid.CreateVersion7():N}";
        var machine = ServerBuilders
            .Server(images, await File.ReadAllTextAsync($"{key}.pub", cancellationToken))
            .WithLabel(StageLabels.Of(id, keep: false))
            .Build();
        await machine.StartAsync(cancellationToken);
        var host = await machine.ExecAsync(["cat", "/etc/ssh/ssh_host_ed25519_key.pub"], cancellationToken);
        var known = Path.Combine(ssh, "known_hosts");
        await File.WriteAllTextAsync(
            known,
            $"[127.0.0.1]:{machine.GetMappedPublicPort(22)} {host.Stdout}",
            cancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(ssh, "config"),
            $"Host *\n  IdentityFile {key}\n  IdentitiesOnly yes\n  UserKnownHostsFile {known}\n"
                + "  StrictHostKeyChecking yes\n",
            cancellationToken
        );
        return new SecondServer(machine, ssh, id);
    }

    /// <summary>Brings images of this engine to the other one, as a release's archive does.</summary>
    public async Task LoadAsync(IEnumerable<string> images, CancellationToken cancellationToken) =>
        await Shell.RunAsync(
            ["docker", "load", "--quiet"],
            cancellationToken,
            PipeSource.FromCommand(Cli.Wrap("docker").WithArguments(["save", .. images]))
        );

    /// <summary>As whoever prepares the machine does it.</summary>
    public async Task RunAsRootAsync(string script, CancellationToken cancellationToken) =>
        Assert.Equal(0, (await container.ExecAsync(["sh", "-c", script], cancellationToken)).ExitCode);

    public Task CopyAsync(string file, string folder, CancellationToken cancellationToken) =>
        container.CopyAsync(new FileInfo(file), folder, ct: cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await container.DisposeAsync();
        await Leftovers.RemoveRunAsync(run);
        Directory.Delete(folder, recursive: true);
    }
}
