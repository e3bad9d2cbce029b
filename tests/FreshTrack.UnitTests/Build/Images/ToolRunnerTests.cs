using Cake.Docker;
using FreshTrack.Build.Images;

namespace FreshTrack.UnitTests.Build.Images;

public sealed class ToolRunnerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_is_told_with_the_last_lines_of_both_outputs()
    {
        using var docker = new DockerContext("seq 1 20; echo 'no space left on device' >&2; exit 3");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            new ToolRunner(docker).RunAsync("Building api", context => context.DockerBuild(new(), "."), Cancel)
        );

        Assert.StartsWith("Building api failed: ", failure.Message);
        Assert.Contains("exit code 3", failure.Message);
        Assert.Contains("no space left on device", failure.Message);
        Assert.Contains("20", failure.Message);
        Assert.DoesNotContain($"{Environment.NewLine}5{Environment.NewLine}", failure.Message);
    }

    [Fact]
    public async Task Cancellation_ends_the_program()
    {
        using var docker = new DockerContext("echo $$ > \"$(dirname \"$0\")/started\"; exec sleep 20");
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var run = new ToolRunner(docker).RunAsync(
            "Pulling",
            context => context.DockerPull("redis"),
            cancellation.Token
        );
        var process = await StartedAsync(docker.In("started"));

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False(Directory.Exists($"/proc/{process}/fd"));
    }

    [Fact]
    public async Task What_is_cancelled_before_it_starts_does_not_start()
    {
        using var docker = new DockerContext("touch \"$(dirname \"$0\")/started\"");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ToolRunner(docker).RunAsync("Pulling", context => context.DockerPull("redis"), new(canceled: true))
        );

        Assert.False(File.Exists(docker.In("started")));
    }

    [Fact]
    public async Task Aliases_write_the_command_lines_of_the_docker_client()
    {
        using var docker = new DockerContext("for word; do printf '%s|' \"$word\"; done >> \"$(dirname \"$0\")/log\"");
        var settings = new DockerImageBuildSettings
        {
            BuildArg = ["BASE=freshtrack/debian:1", "VERSION=15"],
            File = "/recipes/api/Dockerfile",
            Label = ["freshtrack.content=1f0c"],
            Network = "host",
            Tag = ["freshtrack/api:1f0c"],
        };

        await new ToolRunner(docker).RunAsync(
            "Everything",
            context =>
            {
                context.DockerBuild(settings, "/a folder");
                context.DockerBuild(new(), "/plain");
                context.DockerTag("freshtrack/api:1f0c", "freshtrack/api:local");
                context.DockerPull("redis:8.2.1");
                context.DockerRmi("old:1", "old:2");
            },
            Cancel
        );

        Assert.Equal(
            "image|build|--build-arg|BASE=freshtrack/debian:1|--build-arg|VERSION=15|--file|/recipes/api/Dockerfile|"
                + "--label|freshtrack.content=1f0c|--network|host|--tag|freshtrack/api:1f0c|/a folder|"
                + "image|build|/plain|tag|freshtrack/api:1f0c|freshtrack/api:local|pull|redis:8.2.1|rmi|old:1|old:2|",
            await File.ReadAllTextAsync(docker.In("log"), Cancel)
        );
    }

    private static async Task<string> StartedAsync(string file)
    {
        while (!File.Exists(file) || new FileInfo(file).Length == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }

        return (await File.ReadAllTextAsync(file, Cancel)).Trim();
    }
}
