using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests.Stack;

namespace FreshTrack.IntegrationTests.Deploy;

/// <summary>A second machine with one small image, for projects that start in seconds.</summary>
public sealed class SmallServer(Servers servers) : IAsyncLifetime
{
    private SecondServer server = null!;
    private string image = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await servers.RequireEngineAsync(Token);
        var images = await ImageSet.ReadAsync(RepositoryRoot.Find(), [ImageCatalog.Server, ImageCatalog.Caddy], Token);
        image = images.Reference(ImageCatalog.Caddy);
        server = await SecondServer.StartAsync(images, Token);
        await server.LoadAsync([image], Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>A project with a directory of its own on the server.</summary>
    /// <param name="files">Compose files that this checkout has, whatever a release lists.</param>
    internal SmallProject Project(string name, params string[] files) => new(server, name, image, files);
}
