using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.BrowserTests.Welcome;

/// <summary>Its tests share one API, which each puts into the state that it needs: they run one after the
/// other.</summary>
[CollectionDefinition(nameof(WelcomeStage))]
public sealed class WelcomeStageShared : ICollectionFixture<WelcomeStage>;

/// <summary>The welcome page as production serves it: Caddy with the stack's files and restrictions, the API, and a
/// Stack Auth project with a mailbox.</summary>
/// <remarks>Without images the tests skip on a laptop, and fail where CI=true.</remarks>
public sealed class WelcomeStage(Browser browser) : IAsyncLifetime
{
    public static readonly Uri SignIn = new("https://app.freshtrack.test/sign-in");
    public static readonly Uri Status = new("https://status.freshtrack.test");

    private readonly string run = $"test-welcome-{Guid.CreateVersion7():N}";
    private string? missing;

    public Uri Page { get; private set; } = null!;

    public SwitchedApi Api { get; } = new();

    public SignInService StackAuth { get; } = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        try
        {
            var root = RepositoryRoot.Find();
            var images = await ImageSet.ReadAsync(root, [ImageCatalog.Caddy], Cancel);
            await StackAuth.StartAsync();
            var caddy = Caddy(images, Path.Combine(root, "deploy", "welcome"));
            await ContainerStart.OneAsync("caddy", caddy, Cancel);
            Page = new Uri($"http://127.0.0.1:{caddy.GetMappedPublicPort(8080)}/");
            StackAuth.Trust(Page);
            Api.Page = Page;
        }
        catch (RefusedException e) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            missing = e.Message;
        }
    }

    /// <param name="address">On this stage; null for the page itself.</param>
    public async Task<OpenPage> OpenAsync(
        Screen screen,
        Uri? address = null,
        ApiState api = ApiState.Open,
        bool scripts = true
    )
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        await Api.SetAsync(api);
        return await browser.OpenAsync(address ?? Page, screen, scripts: scripts);
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await StackAuth.DisposeAsync();
        await Leftovers.RemoveRunAsync(run);
    }

    private IContainer Caddy(ImageSet images, string welcome) =>
        ServerBuilders
            .Service(images, ImageCatalog.Caddy)
            .WithLabel(StageLabels.Of(run, keep: false))
            .WithCleanUp(false)
            .WithEnvironment("XDG_CONFIG_HOME", "/tmp/config")
            .WithEnvironment("XDG_DATA_HOME", "/tmp/data")
            .WithEnvironment("API_URL", Origin(Api.Address))
            .WithEnvironment("STATUS_URL", Status.OriginalString)
            .WithEnvironment("SIGN_IN_URL", SignIn.OriginalString)
            .WithEnvironment("STACK_AUTH_URL", Origin(StackAuth.Address))
            .WithEnvironment("STACK_AUTH_PROJECT", SignInService.Project)
            .WithEnvironment("STACK_AUTH_PUBLISHABLE_KEY", SignInService.PublishableKey)
            .WithBindMount(Path.Combine(welcome, "Caddyfile"), "/etc/caddy/Caddyfile", AccessMode.ReadOnly)
            .WithBindMount(Path.Combine(welcome, "site"), "/srv", AccessMode.ReadOnly)
            .WithTmpfsMount("/tmp")
            .WithCreateParameterModifier(create =>
            {
                create.User = "10001:10001";
                create.HostConfig!.ReadonlyRootfs = true;
                create.HostConfig.CapDrop = ["ALL"];
                create.HostConfig.CapAdd = ["NET_BIND_SERVICE"];
                create.HostConfig.SecurityOpt = ["no-new-privileges:true"];
            })
            .WithWaitStrategy(
                Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPort(8080).ForPath("/"))
            )
            .Build();

    /// <summary>As browsers write it.</summary>
    public static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
