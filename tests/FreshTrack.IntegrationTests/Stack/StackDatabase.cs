using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Images;
using Npgsql;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>A PostgreSQL as the stack's: its settings, its roles, its secrets in files, the server's user from the
/// start.</summary>
public sealed class StackDatabase(Servers servers) : IAsyncLifetime
{
    private static readonly string[] Roles = ["owner", "api", "readonly", "backup", "exporter"];

    // The server that makes the cluster says the second too, and listens on its socket alone.
    private const string Ready = @"listening on IPv4 address[\s\S]*ready to accept connections";

    private readonly string run = $"test-stack-{Guid.CreateVersion7():N}";
    private IContainer? container;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await servers.RequireEngineAsync(Cancel);
        var root = RepositoryRoot.Find();
        var images = await ImageSet.ReadAsync(root, [ImageCatalog.Postgres], Cancel);
        var builder = new ContainerBuilder(images.Reference(ImageCatalog.Postgres))
            .WithLabel(StageLabels.Of(run, keep: false))
            .WithCleanUp(false)
            .WithCreateParameterModifier(create => create.User = "postgres")
            .WithEnvironment("POSTGRES_USER", "freshtrack_owner")
            .WithEnvironment("POSTGRES_PASSWORD_FILE", "/run/secrets/postgres_owner_password")
            .WithEnvironment("POSTGRES_DB", "freshtrack")
            .WithEnvironment("POSTGRES_INITDB_ARGS", "--no-sync")
            .WithCommand("postgres", "-c", "config_file=/etc/postgresql/postgresql.conf")
            .WithResourceMapping(Deployed(root, "postgresql.conf"), "/etc/postgresql/postgresql.conf")
            .WithResourceMapping(Deployed(root, "10-roles.sql"), "/docker-entrypoint-initdb.d/10-roles.sql")
            .WithPortBinding(5432, assignRandomHostPort: true)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged(Ready));
        container = Roles
            .Aggregate(
                builder,
                (with, role) =>
                    with.WithResourceMapping(
                        System.Text.Encoding.ASCII.GetBytes(PasswordOf(role)),
                        $"/run/secrets/postgres_{role}_password"
                    )
            )
            .Build();
        await ContainerStart.OneAsync("postgres", container, Cancel);
    }

    /// <summary>Npgsql string of a role: owner, api, readonly, backup or exporter.</summary>
    public string As(string role) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = container!.GetMappedPublicPort(5432),
            Database = "freshtrack",
            Username = $"freshtrack_{role}",
            Password = PasswordOf(role),
            IncludeErrorDetail = true,
        }.ConnectionString;

    /// <summary>All that the server logged.</summary>
    public Task<string> LogAsync() => container!.LogAsync(Cancel);

    public static string PasswordOf(string role) => $"of-the-role-{role}";

    /// <summary>Runs the roles' file again, as the document says it is done after a password has changed.</summary>
    public Task<ExecResult> RepeatRolesAsync() =>
        container!.ExecAsync(
            [
                "psql",
                "-U",
                "freshtrack_owner",
                "-d",
                "freshtrack",
                "-v",
                "ON_ERROR_STOP=1",
                "-f",
                "/docker-entrypoint-initdb.d/10-roles.sql",
            ],
            Cancel
        );

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Leftovers.RemoveRunAsync(run);
    }

    private static byte[] Deployed(string root, string file) =>
        File.ReadAllBytes(Path.Combine(root, "deploy", "postgres", file));
}
