using FreshTrack.Cutover.Deploy;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>A server is looked at over SSH, as it is.</summary>
public sealed class ServerInspectionTests(DeployedServer stack) : IClassFixture<DeployedServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Folder => Path.Combine(RepositoryRoot.Find(), "deploy", "server");

    [Fact]
    public async Task Points_that_a_server_lacks_are_named_until_they_are_there()
    {
        var before = await PointsAsync();
        Assert.Equal(
            [
                "processors",
                "memory",
                "disk",
                "free disk",
                "engine",
                "compose",
                "engine settings",
                "firewall",
                "fail2ban",
                "security updates",
                "ssh PermitRootLogin",
                "ssh PasswordAuthentication",
                "ssh KbdInteractiveAuthentication",
                "clock",
                "port 80",
                "port 443",
                "directory",
            ],
            before.Keys
        );
        Assert.Equal(Verdict.Pass, before["engine"].Verdict);
        Assert.Equal(Verdict.Pass, before["compose"].Verdict);
        Assert.Equal(Verdict.Pass, before["directory"].Verdict);
        Assert.Equal("free", before["port 443"].Text);
        Assert.Equal(Verdict.Fail, before["ssh PasswordAuthentication"].Verdict);
        Assert.Contains("expected no", before["ssh PasswordAuthentication"].Text);
        Assert.Equal(Verdict.Fail, before["firewall"].Verdict);
        Assert.Equal(Verdict.Warn, before["security updates"].Verdict);

        await stack.Server.CopyAsync(Path.Combine(Folder, "sshd.conf"), "/etc/ssh/sshd_config.d/", Token);
        await stack.Server.CopyAsync(Path.Combine(Folder, "apt.conf"), "/etc/apt/apt.conf.d/", Token);
        await stack.Server.RunAsRootAsync("mkdir -p /etc/ufw && echo ENABLED=yes > /etc/ufw/ufw.conf", Token);

        var after = await PointsAsync();
        string[] right =
        [
            "firewall",
            "security updates",
            "ssh PermitRootLogin",
            "ssh PasswordAuthentication",
            "ssh KbdInteractiveAuthentication",
        ];
        Assert.All(right, name => Assert.Equal(Verdict.Pass, after[name].Verdict));
    }

    [Fact]
    public async Task Directory_that_cannot_be_written_is_named()
    {
        var points = await PointsAsync("/root/stack");

        Assert.Equal(Verdict.Fail, points["directory"].Verdict);
        Assert.Contains("/root/stack cannot be written by deploy", points["directory"].Text);
    }

    [Fact]
    public async Task Server_that_is_not_the_known_one_is_refused_with_what_to_try()
    {
        var other = new ServerShell(stack.Server.Shell.Address with { Port = 1 }, stack.Server.SshConfig);

        var refused = await Assert.ThrowsAsync<ServerException>(() => other.RunAsync(["true"], Token));

        Assert.Contains("was not reached over SSH", refused.Message);
        Assert.Contains("Try it by hand: ssh", refused.Message);
    }

    private async Task<Dictionary<string, ServerPoint>> PointsAsync(string directory = "/opt/freshtrack-pro") =>
        (await ServerInspection.RunAsync(stack.Server.Shell, directory, Token)).ToDictionary(point => point.Name);
}
