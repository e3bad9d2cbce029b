using FreshTrack.Cutover.Deploy;
using FreshTrack.IntegrationTests.Stack;

namespace FreshTrack.IntegrationTests.Deploy;

/// <summary>The commands that a person is told, run by a user who is not root.</summary>
public sealed class SecretCommandTests(DeployedServer stack) : IClassFixture<DeployedServer>
{
    [Fact]
    public async Task Secret_is_made_anew_by_the_same_command_in_a_shell_that_stays_as_it_was()
    {
        // Without what a person types or has.
        var commands = StackSecrets
            .All.Select(secret => secret.Command)
            .Where(command => !command.Contains("read -rs") && !command.Contains("KEY-OF-THE-OLD-SYSTEM"));
        var all = string.Join('\n', commands);

        var said = await stack.Server.Shell.RunAsync(
            [
                "bash",
                "-ec",
                $"""
                mkdir /opt/freshtrack-pro/secrets-of-the-test && cd /opt/freshtrack-pro/secrets-of-the-test
                umask 027
                {StackSecrets.DirectoryCommand}
                {all}
                cat secrets/redis_password
                {all}
                cat secrets/redis_password
                umask
                stat -c %a secrets/* | sort -u
                """,
            ],
            TestContext.Current.CancellationToken
        );

        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.NotEqual(lines[0], lines[1]);
        Assert.Equal(["0027", "444"], lines[2..]);
    }
}
