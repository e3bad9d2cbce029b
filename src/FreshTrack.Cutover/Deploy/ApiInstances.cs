using System.Net;
using FreshTrack.Cutover.Environments;

namespace FreshTrack.Cutover.Deploy;

/// <summary>The containers of the API's instances, found by the labels that Compose gives them, whatever release they
/// are of. Each is asked inside of itself: the proxy hides what they say.</summary>
/// <param name="project">The Compose project.</param>
/// <param name="names">Services, one container each.</param>
internal sealed class ApiInstances(ServerShell shell, string project, IReadOnlyList<string> names)
{
    private const string Limit = "10";

    // The image has neither curl nor wget.
    private const string Ask =
        @"exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3 && cat <&3";

    /// <returns>Service, state and id of each that has a container.</returns>
    public async Task<IReadOnlyList<ApiInstance>> FindAsync(CancellationToken cancellationToken)
    {
        var printed = await shell.RunAsync(
            [
                "docker",
                "ps",
                "--all",
                "--filter",
                $"label=com.docker.compose.project={project}",
                "--filter",
                "label=com.docker.compose.oneoff=False",
                "--format",
                """{{.Label "com.docker.compose.service"}} {{.State}} {{.ID}}""",
            ],
            cancellationToken
        );
        return [.. Read(printed).Where(instance => names.Contains(instance.Service))];
    }

    /// <returns>An answer of each container that runs, and one for each name without any; empty where none runs. Of one
    /// name there may be two: a replacement that was cut short leaves the former one running.</returns>
    public async Task<IReadOnlyList<InstanceHealth>> HealthAsync(CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken);
        return found.Any(instance => instance.Runs)
            ? await Task.WhenAll(
                names.SelectMany(name =>
                    ToAsk(found, name).Select(instance => AskAsync(name, instance, cancellationToken))
                )
            )
            : [];
    }

    /// <summary>Those of the name that run; where none does, one that says why, or null.</summary>
    internal static IReadOnlyList<ApiInstance?> ToAsk(IReadOnlyList<ApiInstance> found, string name)
    {
        ApiInstance?[] named = [.. found.Where(instance => instance.Service == name)];
        ApiInstance?[] running = [.. named.Where(instance => instance is { Runs: true })];
        return running is [] ? [named.FirstOrDefault()] : running;
    }

    /// <summary>Stops and removes them; each finishes what it took in.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { Count: > 0 } found)
        {
            string[] ids = [.. found.Select(instance => instance.Id)];
            await shell.RunAsync(["docker", "stop", .. ids], cancellationToken);
            await shell.RunAsync(["docker", "rm", .. ids], cancellationToken);
        }
    }

    /// <summary>What <c>docker ps</c> printed.</summary>
    internal static IEnumerable<ApiInstance> Read(string printed) =>
        printed
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' '))
            .Where(words => words.Length == 3)
            .Select(words => new ApiInstance(words[0], words[1], words[2]));

    /// <summary>What an instance sent: a head, an empty line, a body.</summary>
    internal static InstanceHealth Read(string instance, string sent)
    {
        var lines = sent.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        var head = lines.IndexOf("");
        return
            lines[0].Split(' ') is ["HTTP/1.1" or "HTTP/1.0", var code, ..]
            && int.TryParse(code, out var status)
            && head > 0
            ? new InstanceHealth(instance, (HttpStatusCode)status, string.Join('\n', lines[(head + 1)..]).Trim())
            : new InstanceHealth(instance, Status: null, $"it sent no HTTP answer: {lines[0]}");
    }

    private async Task<InstanceHealth> AskAsync(string name, ApiInstance? instance, CancellationToken cancellationToken)
    {
        if (instance is not { Runs: true })
        {
            var why = instance is null ? "it has no container" : $"its container is {instance.State}";
            return new InstanceHealth(name, Status: null, why) { Runs = false };
        }

        var (code, output, last) = await shell.TryAsync(
            ["docker", "exec", instance.Id, "timeout", Limit, "bash", "-c", Ask],
            cancellationToken
        );
        return code == 0 ? Read(name, output) : new InstanceHealth(name, Status: null, last);
    }
}

/// <param name="State">As the engine says it: <c>running</c>, <c>exited</c>.</param>
internal sealed record ApiInstance(string Service, string State, string Id)
{
    /// <summary>It takes requests, or will without anybody's doing.</summary>
    public bool Runs => State is "running" or "restarting" or "paused";
}
