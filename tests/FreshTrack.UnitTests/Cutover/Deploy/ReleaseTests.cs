using System.Text;
using System.Text.Json.Nodes;
using FreshTrack.Cutover.Deploy;

namespace FreshTrack.UnitTests.Cutover.Deploy;

public sealed class ReleaseTests : IDisposable
{
    private const string Directory = "/opt/x/current";

    private readonly string folder = System.IO.Directory.CreateTempSubdirectory("release").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ReleaseTests()
    {
        Write("compose.yaml", "services: {}");
        Write("deploy/caddy/Caddyfile", ":80");
        Write("deploy/caddy/site/index.html", "hello");
    }

    public void Dispose() => System.IO.Directory.Delete(folder, recursive: true);

    [Fact]
    public void Equal_content_is_the_same_release_and_other_content_another_one()
    {
        var first = Read();
        Assert.Equal(first.Id, Read().Id);

        Write("deploy/caddy/site/index.html", "hello!");
        Assert.NotEqual(first.Id, Read().Id);
        Assert.Equal(first.HashOf("deploy/caddy/Caddyfile"), Read().HashOf("deploy/caddy/Caddyfile"));
        Assert.NotEqual(first.HashOf("deploy/caddy"), Read().HashOf("deploy/caddy/"));
    }

    [Fact]
    public void File_of_the_stack_that_is_not_there_is_named()
    {
        var missing = Assert.Throws<FileNotFoundException>(() => Release.Read(folder, ["compose.yaml", "deploy/loki"]));
        Assert.Contains("'deploy/loki'", missing.Message);
    }

    [Fact]
    public async Task Archive_is_the_same_bytes_each_time_and_reads_back_as_the_same_release()
    {
        var (first, second) = (new MemoryStream(), new MemoryStream());
        await Read().WriteTarAsync(first, Token);
        await Read().WriteTarAsync(second, Token);
        Assert.Equal(first.ToArray(), second.ToArray());

        first.Position = 0;
        Assert.Equal(Read().Id, (await Release.ReadTarAsync(first, Token)).Id);
    }

    [Fact]
    public void Services_start_after_what_they_depend_on_and_those_of_a_profile_do_not()
    {
        var services = Services(
            """
            { "services": {
              "api": { "image": "a", "depends_on": { "postgres": {} },
                       "labels": { "com.freshtrack.update": "rolling" } },
              "commands": { "image": "a", "profiles": ["commands"] },
              "postgres": { "image": "p" } } }
            """
        );

        Assert.Equal(
            [("postgres", ServiceUpdate.Together), ("api", ServiceUpdate.OneByOne)],
            services.Select(service => (service.Name, service.Update))
        );
    }

    [Theory]
    [InlineData("deploy/caddy/Caddyfile", true)]
    [InlineData("deploy/caddy/site/index.html", false)]
    public void Service_changes_with_the_files_that_it_mounts(string file, bool changes)
    {
        const string Config = """
            { "services": { "caddy": { "image": "c", "volumes": [
              { "type": "bind", "source": "/opt/x/current/deploy/caddy/Caddyfile" },
              { "type": "volume", "source": "caddy_data" } ] } } }
            """;
        var before = Services(Config);
        Write(file, "other");

        Assert.Equal(changes, before[0].Hash != Services(Config)[0].Hash);
    }

    [Theory]
    [InlineData("deploy/caddy/Caddyfile", true)]
    [InlineData("deploy/caddy/site/index.html", false)]
    public void Service_that_reloads_a_file_is_the_same_but_for_that_file(string file, bool canReload)
    {
        const string Config = """
            { "services": { "caddy": { "image": "c",
              "labels": { "com.freshtrack.reload": "caddy reload",
                          "com.freshtrack.reload-file": "deploy/caddy/Caddyfile" },
              "volumes": [
                { "type": "bind", "source": "/opt/x/current/deploy/caddy/Caddyfile" },
                { "type": "bind", "source": "/opt/x/current/deploy/caddy/site" } ] } } }
            """;
        var before = Services(Config)[0];
        Write(file, "other");
        var after = Services(Config)[0];

        Assert.NotEqual(before.Hash, after.Hash);
        Assert.Equal(canReload, after.CanReload(before.Hash));
        Assert.Equal("other", Encoding.UTF8.GetString(Read().ContentOf(file).Span));
        Assert.Throws<FileNotFoundException>(() => Read().ContentOf("deploy/other"));
    }

    [Fact]
    public void Directory_of_a_release_changes_no_service()
    {
        const string Config = """
            { "services": { "caddy": { "image": "c", "volumes": [
              { "type": "bind", "source": "/opt/x/current/deploy/caddy/Caddyfile" } ] } } }
            """;
        const string Other = "/opt/ä+x/releases/0123456789ab";

        Assert.Equal(Services(Config)[0].Hash, Services(Config.Replace(Directory, Other), directory: Other)[0].Hash);
        Assert.NotEqual(Services(Config)[0].Hash, Services(Config.Replace(Directory, Other))[0].Hash);
    }

    [Fact]
    public void Compose_files_are_those_that_the_release_lists()
    {
        Assert.Null(Read().ComposeFiles);
        Write("compose.list", "compose.yaml\ncompose.production.yaml\n");

        Assert.Equal(
            ["compose.yaml", "compose.production.yaml"],
            Release.Read(folder, ["compose.yaml", "compose.list"]).ComposeFiles
        );
    }

    [Fact]
    public void Service_changes_with_its_configuration_and_with_the_content_of_its_image()
    {
        const string Config = """{ "services": { "caddy": { "image": "c" } } }""";
        var before = Services(Config)[0].Hash;

        Assert.NotEqual(before, Services(Config.Replace("\"c\"", "\"d\""))[0].Hash);
        Assert.NotEqual(before, Services(Config, "sha256:2")[0].Hash);
        Assert.Equal(before, Services(Config)[0].Hash);
    }

    [Theory]
    [InlineData("caddy_users", true)]
    [InlineData("api_database", false)]
    public void Service_changes_with_the_secrets_that_it_reads(string secret, bool changes)
    {
        const string Config =
            """{ "services": { "caddy": { "image": "c", "secrets": [{ "source": "caddy_users" }] } } }""";

        Assert.Equal(changes, Services(Config)[0].Hash != Services(Config, secret: secret)[0].Hash);
    }

    private IReadOnlyList<DeployedService> Services(
        string config,
        string identity = "sha256:1",
        string secret = "",
        string directory = Directory
    ) =>
        DeployedService.Of(
            JsonNode.Parse(config)!,
            directory,
            Read(),
            new Dictionary<string, string> { ["c"] = identity },
            new Dictionary<string, string> { [secret] = "written anew" }
        );

    private Release Read() => Release.Read(folder, ["compose.yaml", "deploy"]);

    private void Write(string path, string text)
    {
        var file = Path.Combine(folder, path);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
