using FreshTrack.Cutover.Environments;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.Environments;

public sealed class DeployReaderTests : IDisposable
{
    private const string Whole = """
        host: ssh://deploy@new.example.com:2222
        directory: /opt/freshtrack-pro/
        project: freshtrack
        env_file: .env.production
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("deploy").FullName;

    public DeployReaderTests() => File.WriteAllText(Path.Combine(folder, ".env.production"), "RELEASE=1\n");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Section_names_the_server_and_what_runs_there()
    {
        var deploy = Read(Whole);

        Assert.Equal("deploy@new.example.com:2222", $"{deploy.Host}");
        Assert.Equal(("/opt/freshtrack-pro", "freshtrack"), (deploy.Directory, deploy.Project));
        Assert.Equal(["compose.yaml", "compose.production.yaml"], deploy.Compose);
        Assert.Equal(Path.Combine(folder, ".env.production"), deploy.VariablesFile);
        Assert.Null(deploy.SshConfig);
    }

    [Fact]
    public void Compose_files_may_be_others() =>
        Assert.Equal(["compose.yaml"], Read($"{Whole}\ncompose: [compose.yaml]").Compose);

    [Fact]
    public void Services_may_be_left_out_by_name()
    {
        Assert.Empty(Read(Whole).LeftOut);
        Assert.Equal(["minio", "loki"], Read($"{Whole}\nleft_out: [minio, loki]").LeftOut);
    }

    [Theory]
    [InlineData("host: ssh://deploy@new.example.com:2222", "host: ssh://deploy:hunter2@new", "ssh://USER@HOST:PORT")]
    [InlineData("host: ssh://deploy@new.example.com:2222", "host: ssh://-oProxyCommand=x", "ssh://USER@HOST:PORT")]
    [InlineData("directory: /opt/freshtrack-pro/", "directory: opt/freshtrack", "an absolute path")]
    [InlineData("directory: /opt/freshtrack-pro/", "directory: /opt/../etc", "an absolute path")]
    [InlineData("directory: /opt/freshtrack-pro/", "directory: /opt//x", "an absolute path")]
    [InlineData("directory: /opt/freshtrack-pro/", "directory: /opt/./x", "an absolute path")]
    [InlineData("directory: /opt/freshtrack-pro/", "directory: /", "an absolute path")]
    [InlineData("project: freshtrack", "project: FreshTrack", "lower-case letters")]
    [InlineData("env_file: .env.production", "env_file: .env.missing", "expected a file")]
    [InlineData(
        "env_file: .env.production",
        "env_file: .env.production\ncompose: [../x.yaml]",
        "a path in the repository"
    )]
    [InlineData("project: freshtrack", "", "'project'")]
    public void What_cannot_be_meant_is_refused_with_what_was_expected(string part, string other, string expected)
    {
        var refused = Assert.Throws<RefusedException>(() => Read(Whole.Replace(part, other)));

        Assert.Contains(expected, refused.Message);
        Assert.DoesNotContain("hunter2", refused.Message);
    }

    private DeploySettings Read(string text)
    {
        var problems = new YamlProblems("file.yaml", "the environment");
        var read = new DeployReader(problems, folder).Read(
            YamlNode.ReadSecretive(text, "file.yaml", "the environment")
        );
        problems.Demand();
        return read!;
    }
}
