using System.Net;
using System.Net.Sockets;
using DotNet.Testcontainers.Containers;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests.Verification;
using FreshTrack.Migration.Parts;
using Npgsql;

namespace FreshTrack.IntegrationTests.Backups;

/// <summary>The backup service's container and a database of FreshTrack's kinds of tables, for the tests of a class.
/// Each test has a folder of backups of its own.</summary>
public sealed class BackupStage(Servers servers) : IAsyncLifetime
{
    /// <summary>A disk of this size is at <c>/small</c>: a backup fits, the server that it is restored into does
    /// not.</summary>
    private const long SmallDisk = 4 << 20;

    private readonly string run = $"test-backups-{Guid.CreateVersion7():N}";

    private IContainer container = null!;
    private MovedDatabases moved = null!;
    private BackupFolder first = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What is backed up, and where it came from: both say the same to the verifier.</summary>
    internal MovedDatabases Moved => moved;

    public int MetricsPort { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await servers.RequireEngineAsync(Token);
        moved = await MovedDatabases.CreateAsync(servers, Token);
        var images = await ImageSet.ReadAsync(RepositoryRoot.Find(), [ImageCatalog.Backups], Token);
        MetricsPort = FreePort();
        var database = Address();
        container = ServerBuilders
            .Backups(images, SmallDisk)
            .WithEnvironment("PGHOST", "127.0.0.1")
            .WithEnvironment("PGPORT", $"{database.Port}")
            .WithEnvironment("PGDATABASE", database.Database)
            .WithEnvironment("PGUSER", database.Username)
            .WithEnvironment("RESTORE_USER", database.Username)
            .WithEnvironment("METRICS_ADDRESS", "127.0.0.1")
            .WithEnvironment("METRICS_PORT", $"{MetricsPort}")
            .WithLabel(StageLabels.Of(run, keep: false))
            .WithCleanUp(false)
            .Build();
        await container.StartAsync(Token);
        first = await FolderAsync();
        await first.BackUpAsync();
    }

    /// <summary>A new folder of backups.</summary>
    /// <param name="disk">The disk that it is on; <c>/small</c> is one.</param>
    public async Task<BackupFolder> FolderAsync(string disk = "/backups")
    {
        var path = $"{disk}/{Guid.CreateVersion7():N}";
        var folder = new BackupFolder(container, path);
        await folder.SucceedAsync($"mkdir {path} {path}/bin");
        return folder;
    }

    /// <summary>A new folder with one good backup, some seconds old.</summary>
    /// <param name="disk">The disk that it is on; <c>/small</c> is one.</param>
    public async Task<(BackupFolder Folder, string Good)> FolderWithBackupAsync(string disk = "/backups")
    {
        var folder = await FolderAsync(disk);
        await folder.SucceedAsync($"cp -r {first.Path}/2* $BACKUPS/");
        return (folder, Assert.Single(await folder.ListAsync()));
    }

    /// <summary>A database of the server that the backed up one is on.</summary>
    public NpgsqlDataSource Open(string database)
    {
        var address = Address();
        address.Database = database;
        return NpgsqlDataSource.Create(address.ConnectionString);
    }

    /// <summary>A new bucket, and what the scripts are told of it.</summary>
    internal (ObjectStore Store, string Variables) Bucket()
    {
        var address = ObjectStoreAddress.Parse(servers.ObjectStore);
        var url = new Uri(address.ToString());
        return (
            new ObjectStore(address),
            $"OBJECT_STORE={url.GetLeftPart(UriPartial.Authority)} OBJECT_STORE_BUCKET={url.AbsolutePath.Trim('/')}"
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (moved is not null)
        {
            await moved.DisposeAsync();
        }

        await Leftovers.RemoveRunAsync(run);
    }

    private NpgsqlConnectionStringBuilder Address() =>
        new(moved.Target.ConnectionString) { Password = ServerBuilders.Password, Pooling = false };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
