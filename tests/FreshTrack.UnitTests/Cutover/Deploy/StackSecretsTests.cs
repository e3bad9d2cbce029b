using FreshTrack.Cutover.Deploy;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.Deploy;

public sealed class StackSecretsTests
{
    private const string Rendered = """
        {
          "name": "freshtrack",
          "services": {},
          "secrets": {
            "redis_users": { "name": "redis_users", "file": "/opt/freshtrack-pro/secrets/redis_users" },
            "redis_password": { "name": "redis_password", "file": "/opt/freshtrack-pro/secrets/redis_password" },
            "telnyx_key": { "name": "telnyx_key", "file": "/opt/freshtrack-pro/secrets/telnyx_key" },
            "of_the_team": { "name": "of_the_team", "file": "/opt/freshtrack-pro/secrets/of_the_team" }
          }
        }
        """;

    [Fact]
    public void Every_missing_secret_is_listed_with_the_command_that_makes_it_in_the_order_of_the_commands()
    {
        var refused = Assert.Throws<RefusedException>(() =>
            StackSecrets.Require(StackSecrets.Read(Rendered), _ => null)
        );

        var lines = refused.Message.Split(Environment.NewLine);
        Assert.StartsWith("4 of 4 secrets of the stack cannot be used.", lines[0]);
        Assert.Contains(StackSecrets.DirectoryCommand, lines[0]);
        Assert.Equal(
            "redis_password: '/opt/freshtrack-pro/secrets/redis_password' is missing: "
                + "(umask 333 && rm -f secrets/.new && openssl rand -hex 32 > secrets/.new "
                + "&& mv -f secrets/.new secrets/redis_password)",
            lines[1]
        );
        Assert.StartsWith("redis_users: ", lines[2]);
        Assert.StartsWith("telnyx_key: ", lines[3]);
        Assert.Equal(
            "of_the_team: '/opt/freshtrack-pro/secrets/of_the_team' is missing: "
                + "Write it there; no command is known for it.",
            lines[4]
        );
    }

    [Fact]
    public void Empty_file_is_refused_with_what_to_write_where_it_is_not_used()
    {
        var refused = Assert.Throws<RefusedException>(() => StackSecrets.Require(StackSecrets.Read(Rendered), _ => 0));

        Assert.Contains("redis_password: '/opt/freshtrack-pro/secrets/redis_password' is empty", refused.Message);
        Assert.Contains("Where nobody is told by text message: (umask 333 && ", refused.Message);
        Assert.Contains("printf none > secrets/.new && mv -f secrets/.new secrets/telnyx_key)", refused.Message);
    }

    [Fact]
    public void Server_that_has_them_all_is_not_refused() => StackSecrets.Require(StackSecrets.Read(Rendered), _ => 1);

    [Theory]
    [InlineData("", "docker compose config")]
    [InlineData("name: freshtrack", "docker compose config")]
    [InlineData("""["secrets"]""", "docker compose config")]
    [InlineData("""{"secrets": {"api_database": {"environment": "API_DATABASE"}}}""", "'api_database'")]
    [InlineData("""{"secrets": {"api_database": {"external": true}}}""", "'api_database'")]
    public void What_is_no_configuration_with_files_is_refused(string rendered, string named) =>
        Assert.Contains(named, Assert.Throws<RefusedException>(() => StackSecrets.Read(rendered)).Message);

    [Fact]
    public void Configuration_without_secrets_asks_for_none() =>
        Assert.Empty(StackSecrets.Read("""{"services": {}}"""));
}
