using System.Text.Json;
using System.Text.Json.Nodes;
using CliWrap;
using FreshTrack.Cutover.Processes;

namespace FreshTrack.Cutover.Deploy;

/// <summary>Docker Compose on the server, for one project. Images are never pulled or built by the way: what is not
/// there is named.</summary>
public sealed class Compose(ServerShell shell, ComposeProject project)
{
    private const int LogLines = 15;

    private static readonly JsonSerializerOptions Names = new() { PropertyNameCaseInsensitive = true };

    public ComposeProject Project => project;

    /// <summary>The files as Compose understands them, with every variable in its place.</summary>
    /// <exception cref="ServerException">They are wrong, or a variable has no value.</exception>
    public async Task<JsonNode> ConfigAsync(CancellationToken cancellationToken) =>
        JsonNode.Parse(await RunAsync(["config", "--format", "json"], cancellationToken))!;

    /// <summary>The same project as a release has it: with its files, and with its list of them.</summary>
    /// <param name="folder">Where the release is on the server.</param>
    public Compose Of(Release release, string folder) =>
        new(shell, project with { Directory = folder, Files = release.ComposeFiles ?? project.Files });

    /// <summary>Starts services, in place of those that run, and waits until their health checks pass.</summary>
    /// <param name="within">How long they may take together.</param>
    /// <exception cref="ServerException">One is not well in time: each that is not, with its last lines.</exception>
    public async Task UpAsync(
        IReadOnlyCollection<string> services,
        TimeSpan within,
        CancellationToken cancellationToken
    )
    {
        var (code, _, last) = await shell.TryAsync(
            project.Command([
                "up",
                "--detach",
                "--no-deps",
                "--no-build",
                "--pull",
                "never",
                // Compose does not see that a file which a service mounts has changed.
                "--force-recreate",
                "--wait",
                "--wait-timeout",
                $"{within.TotalSeconds:0}",
                .. services,
            ]),
            cancellationToken
        );
        if (code != 0)
        {
            throw new ServerException(
                $"{string.Join(", ", services)} did not start on {shell.Address}: "
                    + await WhyAsync(services, last, cancellationToken)
            );
        }
    }

    /// <summary>Runs a command in a service's container, with a file as its input.</summary>
    /// <exception cref="ServerException">It ended with another code than 0.</exception>
    public Task ReloadAsync(
        string service,
        string command,
        ReadOnlyMemory<byte> file,
        CancellationToken cancellationToken
    ) =>
        shell.RunAsync(
            project.Command(["exec", "--no-TTY", service, .. command.Split(' ')]),
            cancellationToken,
            PipeSource.FromBytes(file)
        );

    /// <summary>Runs a service's image once, in a container that is gone afterwards.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="ServerException">It ended with another code than 0.</exception>
    public Task<string> RunAsync(string service, IReadOnlyList<string> words, CancellationToken cancellationToken) =>
        RunAsync(["run", "--rm", "--no-deps", "--no-TTY", service, .. words], cancellationToken);

    /// <summary>Runs a program in a service's container.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="ServerException">It ended with another code than 0, or the service does not run.</exception>
    public Task<string> ExecAsync(string service, IReadOnlyList<string> words, CancellationToken cancellationToken) =>
        RunAsync(["exec", "--no-TTY", service, .. words], cancellationToken);

    /// <summary>Every container of the project, those that stopped too.</summary>
    public async Task<IReadOnlyList<ComposeService>> ServicesAsync(CancellationToken cancellationToken) =>
        [
            .. (await RunAsync(["ps", "--all", "--format", "json"], cancellationToken))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => JsonSerializer.Deserialize<ComposeService>(line, Names)!),
        ];

    /// <summary>Lets every container of the project stand still, or go on.</summary>
    public Task PauseAsync(bool isPaused, CancellationToken cancellationToken) =>
        RunAsync([isPaused ? "pause" : "unpause"], cancellationToken);

    /// <summary>Stops services and removes their containers; volumes stay.</summary>
    public Task RemoveAsync(IReadOnlyCollection<string> services, CancellationToken cancellationToken) =>
        RunAsync(["rm", "--force", "--stop", .. services], cancellationToken);

    /// <returns>The last lines of a service, without what may be a secret.</returns>
    public async Task<string> LogAsync(string service, CancellationToken cancellationToken)
    {
        var log = await RunAsync(
            ["logs", "--no-color", "--no-log-prefix", "--tail", $"{LogLines}", service],
            cancellationToken
        );
        return string.Join(Environment.NewLine, log.Split('\n').Select(LastLine.Shown));
    }

    /// <returns>What every service has printed last, each line after its service's name; without what may be a
    /// secret.</returns>
    public async Task<string> LogsAsync(int lines, CancellationToken cancellationToken)
    {
        var log = await RunAsync(["logs", "--no-color", "--tail", $"{lines}"], cancellationToken);
        return string.Join('\n', log.Split('\n').Select(LastLine.Shown));
    }

    private Task<string> RunAsync(IReadOnlyList<string> words, CancellationToken cancellationToken) =>
        shell.RunAsync(project.Command(words), cancellationToken);

    private async Task<string> WhyAsync(
        IReadOnlyCollection<string> services,
        string last,
        CancellationToken cancellationToken
    )
    {
        var there = await ServicesAsync(cancellationToken);
        var why = new List<string>();
        foreach (var service in services)
        {
            var found = there.FirstOrDefault(one => one.Service == service);
            if (found is { IsWell: true })
            {
                continue;
            }

            why.Add(
                found is null
                    ? $"{service} has no container"
                    : $"{found}. Its last lines:{Environment.NewLine}{await LogAsync(service, cancellationToken)}"
            );
        }

        return why.Count == 0 ? last : $"{last}{Environment.NewLine}{string.Join(Environment.NewLine, why)}";
    }
}
