using System.Net.Sockets;
using FreshTrack.Migration;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Environments;

/// <summary>A server that does not answer, or not to the secret that it is given.</summary>
/// <param name="Server"><c>source</c>, <c>target</c> or <c>object store</c>.</param>
/// <param name="Text">Names the server and, where it refused a secret, the secret's file.</param>
internal sealed record ServerProblem(string Server, string Text);

/// <summary>Asks source, target and object store whether they answer. What the environment does not name is not
/// asked.</summary>
internal static class ServerCheck
{
    public const string Source = "source";
    public const string Target = "target";
    public const string ObjectStore = "object store";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly Sql Ping = new("select 1");

    /// <returns>One for each server that does not answer within ten seconds.</returns>
    public static async Task<IReadOnlyList<ServerProblem>> FindAsync(
        CutoverEnvironment environment,
        CancellationToken cancellationToken
    )
    {
        var (servers, files) = (environment.Description, environment.SecretFiles);
        ServerProblem?[] problems =
        [
            await OfDatabaseAsync(
                Source,
                servers.Source?.Database,
                files.Source,
                () => environment.Source,
                cancellationToken
            ),
            await OfDatabaseAsync(
                Target,
                servers.Target?.Database,
                files.Target,
                () => environment.Target,
                cancellationToken
            ),
            await OfStoreAsync(environment, files.ObjectStore, cancellationToken),
        ];
        return
        [
            .. problems
                .OfType<ServerProblem>()
                .Select(problem =>
                    problem.Server == Source
                        ? problem
                        : problem with
                        {
                            Text = problem.Text + environment.Access?.Remark,
                        }
                ),
        ];
    }

    private static Task<ServerProblem?> OfDatabaseAsync(
        string server,
        string? address,
        string? file,
        Func<NpgsqlDataSource> database,
        CancellationToken cancellationToken
    )
    {
        var name = address is null ? $"the {server}" : $"the {server} ({address})";
        return AskAsync(
            server,
            name,
            async limited =>
            {
                var asked = database();
                // What is left in the pool of a server that was away is dead.
                asked.Clear();
                await asked.ExecuteAsync(Ping, limited);
            },
            error =>
                error is PostgresException { SqlState: "28P01" or "28000" } refused
                    ? $"{name} refuses the password{(file is null ? "" : $" in '{file}'")}: {refused.MessageText}; put "
                        + "the one that is valid now there"
                    : $"{name} does not answer: {error.Message.TrimEnd('.')}",
            cancellationToken
        );
    }

    private static Task<ServerProblem?> OfStoreAsync(
        CutoverEnvironment environment,
        string? file,
        CancellationToken cancellationToken
    ) =>
        AskAsync(
            ObjectStore,
            "the object store",
            limited => environment.ObjectStore.PingAsync(limited),
            error => $"{error.Message.TrimEnd('.')}{(file is null ? "" : $"; its keys are read from '{file}'")}",
            cancellationToken
        );

    private static async Task<ServerProblem?> AskAsync(
        string server,
        string name,
        Func<CancellationToken, Task> ask,
        Func<Exception, string> describe,
        CancellationToken cancellationToken
    )
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        try
        {
            await ask(limited.Token);
            return null;
        }
        catch (RefusedException)
        {
            // The environment names none.
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ServerProblem(server, $"{name} does not answer within {Limit.TotalSeconds:0} s");
        }
        catch (Exception e)
            when (e is NpgsqlException or SocketException or MigrationException or InvalidOperationException)
        {
            return new ServerProblem(server, describe(e));
        }
    }
}
