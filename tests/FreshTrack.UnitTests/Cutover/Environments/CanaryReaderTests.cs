using FreshTrack.Clients.Mail;
using FreshTrack.Cutover.Environments;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.Environments;

/// <summary>Section <c>canary</c> of an environment's file.</summary>
public sealed class CanaryReaderTests
{
    private const string Whole = """
        mailbox:
          addresses: canary+{name}@example.com
          imap:
            host: imap.example.com
            port: 993
            user: canary@example.com
            password: { file: secret }
            tls: implicit
        """;

    [Fact]
    public void Whole_section_names_mailbox_and_addresses()
    {
        var canary = Read(Whole)!;

        Assert.Equal("canary+owner@example.com", canary.Addresses.Owner);
        Assert.Equal(
            ("imap.example.com", 993, "canary@example.com", "hunter2", MailSecurity.Implicit),
            (canary.Imap.Host, canary.Imap.Port, canary.Imap.User, canary.Imap.Password, canary.Imap.Security)
        );
    }

    [Fact]
    public void Description_names_the_mailbox_and_no_password()
    {
        var settings = new EnvironmentSettings("night", EnvironmentKind.Production) { Canary = Read(Whole) };

        var description = EnvironmentDescription.Of(settings).Canary!;

        Assert.Equal("canary@example.com@imap.example.com:993", description.Mailbox);
        Assert.DoesNotContain("hunter2", $"{description}");
    }

    [Theory]
    [InlineData("tls: implicit", "tls: none", "the password would travel in clear")]
    [InlineData("tls: implicit", "tls: ssl", "'tls' is 'ssl'; expected implicit or starttls")]
    [InlineData("canary+{name}@", "canary@", "expected a pattern with {name} before the @")]
    [InlineData("port: 993", "port: 0", "'port' is '0'; expected a whole number from 1 to 65535")]
    [InlineData("    host: imap.example.com\n", "", "'imap' has no 'host'")]
    [InlineData("mailbox:", "mail:", "unknown key 'mail'")]
    public void What_is_wrong_is_said_with_what_was_expected(string right, string wrong, string said) =>
        Assert.Contains(said, Assert.Throws<RefusedException>(() => Read(Whole.Replace(right, wrong))).Message);

    [Fact]
    public void A_stage_may_do_without_TLS() =>
        Assert.Equal(
            MailSecurity.None,
            Read(Whole.Replace("tls: implicit", "tls: none"), EnvironmentKind.Stage)!.Imap.Security
        );

    private static CanarySettings? Read(string text, EnvironmentKind kind = EnvironmentKind.Production)
    {
        var problems = new YamlProblems("environment.yaml", "the environment");
        var node = YamlNode.ReadSecretive(text, "environment.yaml", "the environment");
        var canary = new CanaryReader(problems, kind, _ => "hunter2").Read(node);
        problems.Demand();
        return canary;
    }
}
