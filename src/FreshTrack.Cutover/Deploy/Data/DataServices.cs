namespace FreshTrack.Cutover.Deploy;

/// <summary>Database, Redis and object store of the stack on its server: started, and asked from inside whether they
/// are what their files say.</summary>
public sealed class DataServices(
    StackDeployment deployment,
    ServerShell shell,
    Compose compose,
    Release release,
    IReadOnlyList<string> leftOut
)
{
    // Over the network: on the loopback and the socket the server asks nobody for a password.
    private const string SignIn = """
        PGCONNECT_TIMEOUT=10 PGPASSWORD="$(cat "/run/secrets/postgres_$1_password")" \
          psql -X -A -t -h "$2" -U "freshtrack_$1" -d freshtrack -c 'select 1'
        """;

    private const string RolesFile = "/docker-entrypoint-initdb.d/10-roles.sql";
    private const string SettingsFile = "/etc/postgresql/postgresql.conf";

    /// <summary>On the socket, as the owner.</summary>
    private static readonly string[] Psql = "psql -X -U freshtrack_owner -d freshtrack -v ON_ERROR_STOP=1".Split(' ');

    /// <summary>Each signs in with a secret of its own.</summary>
    private static readonly IReadOnlyList<string> Roles = ["owner", "api", "readonly", "backup", "exporter"];

    /// <summary>Those that run in this stack, in the order of their start.</summary>
    public IReadOnlyList<string> Names { get; } = [.. DataService.All.Select(service => service.Name).Except(leftOut)];

    /// <summary>Starts or replaces what differs from what runs, and makes the database's roles with the passwords of
    /// their secrets.</summary>
    /// <exception cref="Plan.RefusedException">Secrets or images are missing on the server; nothing was
    /// started.</exception>
    /// <exception cref="ServerException">A service is not well, or a role cannot be made or sign in.</exception>
    public async Task<DataServiceState> StartAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        var plan = await deployment.DeployAsync(release, Names, progress, cancellationToken);
        string[] started = [.. plan.Rounds.SelectMany(round => round)];
        if (!Names.Contains(DataService.Postgres.Name))
        {
            return new DataServiceState(Names, started, []);
        }

        progress.Report("making the roles");
        await MakeRolesAsync(cancellationToken);
        await DemandSettingsAsync(cancellationToken);
        foreach (var role in Roles)
        {
            await DemandSignInAsync(role, cancellationToken);
        }

        return new DataServiceState(Names, started, [.. Roles.Select(role => $"freshtrack_{role}")]);
    }

    public override string ToString() => $"{string.Join(", ", Names)} on {shell.Address}";

    private async Task MakeRolesAsync(CancellationToken cancellationToken)
    {
        try
        {
            await compose.ExecAsync(DataService.Postgres.Name, [.. Psql, "-q", "-f", RolesFile], cancellationToken);
        }
        catch (ServerException e)
        {
            throw new ServerException(
                $"The roles of {RolesFile} could not be made: {e.Message}. Expected the database freshtrack with its "
                    + "owner, and a secret for each role. Look at the log of postgres, then run this again.",
                e
            );
        }
    }

    private async Task DemandSettingsAsync(CancellationToken cancellationToken)
    {
        var found = await compose.ExecAsync(
            DataService.Postgres.Name,
            [.. Psql, "-A", "-t", "-c", "show config_file"],
            cancellationToken
        );
        if (found.Trim() != SettingsFile)
        {
            throw new ServerException(
                $"postgres on {shell.Address} runs with the settings of '{found.Trim()}', expected {SettingsFile}. See "
                    + "its command in compose.yaml, then run this again."
            );
        }
    }

    private async Task DemandSignInAsync(string role, CancellationToken cancellationToken)
    {
        try
        {
            await compose.ExecAsync(
                DataService.Postgres.Name,
                ["sh", "-c", SignIn, "sign-in", role, DataService.Postgres.Name],
                cancellationToken
            );
        }
        catch (ServerException e)
        {
            throw new ServerException(
                $"freshtrack_{role} cannot sign in to postgres on {shell.Address} with the secret "
                    + $"postgres_{role}_password: {e.Message}. Expected the password that the role has. Put that one "
                    + "there (the owner's is the one of the first start), then run this again.",
                e
            );
        }
    }
}

/// <param name="Services">Those that are well.</param>
/// <param name="Started">Those of them that were started or replaced now.</param>
/// <param name="Roles">Of the database, each of which signed in.</param>
public sealed record DataServiceState(
    IReadOnlyList<string> Services,
    IReadOnlyList<string> Started,
    IReadOnlyList<string> Roles
)
{
    public override string ToString() =>
        $"{string.Join(", ", Services)} are well, {Started.Count} of them started now"
        + (Roles.Count == 0 ? "" : $"; {Roles.Count} roles sign in with their secrets");
}
