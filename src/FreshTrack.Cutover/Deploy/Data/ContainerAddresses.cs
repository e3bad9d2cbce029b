using System.Net;

namespace FreshTrack.Cutover.Deploy;

/// <summary>The addresses that containers of a project have on their engine's own networks. A container that is made
/// anew may get another one.</summary>
internal sealed class ContainerAddresses(ServerShell shell, string project)
{
    private const string Format = """{{.State.Status}}{{range .NetworkSettings.Networks}} {{.IPAddress}}{{end}}""";

    /// <summary>Prints state and addresses of the project's container of each service that it is given, a line
    /// each.</summary>
    private const string Script = """
        project=$1; format=$2; shift 2
        for service in "$@"; do
          id=$(docker ps --all --quiet --no-trunc --filter label=com.docker.compose.oneoff=False \
            --filter "label=com.docker.compose.project=$project" \
            --filter "label=com.docker.compose.service=$service") || exit 1
          if [ -z "$id" ]; then echo none; else docker inspect --format "$format" $id || exit 1; fi
        done
        """;

    /// <summary>Prints them, for as long as they are the same in the same words.</summary>
    public IReadOnlyList<string> Command(IReadOnlyList<string> services) =>
        ["sh", "-c", Script, "addresses", project, Format, .. services];

    /// <returns>One address for each service.</returns>
    /// <exception cref="ServerException">The server was not reached, or a service does not run there.</exception>
    public async Task<IReadOnlyList<IPAddress>> FindAsync(
        IReadOnlyList<string> services,
        CancellationToken cancellationToken
    )
    {
        var printed = await shell.RunAsync(Command(services), cancellationToken);
        var lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == services.Count
            ? [.. services.Zip(lines, Read)]
            : throw new ServerException(
                $"{shell.Address} has {lines.Length} containers of {string.Join(", ", services)} in the project "
                    + $"{project}, expected one of each. Look at docker ps --all there, and remove what is too much."
            );
    }

    /// <param name="line">State, and an address for each network that the container is on.</param>
    internal IPAddress Read(string service, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is ["running", var address, ..] && IPAddress.TryParse(address, out var found)
            ? found
            : throw new ServerException(
                $"{service} of the project {project} does not run on {shell.Address}: "
                    + $"{(words is ["none"] or [] ? "it has no container" : $"its container is {words[0]}")}, expected "
                    + "running. Start the data services: ./build.sh Prepare --environment FILE, or ./build.sh Deploy."
            );
    }
}
