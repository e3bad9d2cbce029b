using System.Security.Cryptography.X509Certificates;
using CliWrap;

namespace FreshTrack.IntegrationTests.Stack.Running;

/// <summary>The stack on another machine's engine: asked by its public names, and looked into with the engine's own
/// client.</summary>
/// <param name="containerOf">The container that runs a service now: its name or id.</param>
internal sealed class RunningStack(SecondServer server, Func<string, CancellationToken, Task<string>> containerOf)
{
    public static readonly Uri Api = new("https://api.freshtrackpro.com/");

    private const string Root = "/data/caddy/pki/authorities/local/root.crt";

    /// <summary>A client that reaches the public names at the other machine, and trusts the authority of its Caddy
    /// alone.</summary>
    public async Task<HttpClient> ClientAsync(CancellationToken cancellationToken) =>
        PublicNames.Client(
            X509Certificate2.CreateFromPem(await RunAsync("caddy", ["cat", Root], cancellationToken)),
            server.Port
        );

    /// <summary>Runs statements in the stack's database as the owner of its schema.</summary>
    /// <param name="sql">For psql, whose own commands it may hold.</param>
    /// <returns>The rows, columns apart by <c>|</c>.</returns>
    public async Task<IReadOnlyList<string[]>> SqlAsync(string sql, CancellationToken cancellationToken)
    {
        var output = await RunAsync(
            "postgres",
            ["psql", "-AtqX", "-U", "freshtrack_owner", "-d", "freshtrack", "-v", "ON_ERROR_STOP=1", "-f", "-"],
            cancellationToken,
            PipeSource.FromString($"{sql}\n")
        );
        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r').Split('|')),
        ];
    }

    /// <summary>Runs a program in the container of a service.</summary>
    /// <returns>What it printed to its standard output.</returns>
    public async Task<string> RunAsync(
        string service,
        IReadOnlyList<string> words,
        CancellationToken cancellationToken,
        PipeSource? input = null
    ) =>
        await server.Shell.RunAsync(
            ["docker", "exec", "-i", await containerOf(service, cancellationToken), .. words],
            cancellationToken,
            input
        );
}
