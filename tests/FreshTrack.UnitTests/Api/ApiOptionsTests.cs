using FreshTrack.Api;
using FreshTrack.Api.Operations;

namespace FreshTrack.UnitTests.Api;

public sealed class ApiOptionsTests
{
    [Fact]
    public void Every_missing_variable_is_named_at_once()
    {
        var refused = Assert.Throws<InvalidSettingsException>(() => ApiOptions.FromEnvironment(_ => null));

        Assert.Equal(
            [
                "FRESHTRACK_DATABASE",
                "FRESHTRACK_STACK_AUTH_URL",
                "FRESHTRACK_STACK_AUTH_PROJECT",
                "FRESHTRACK_WEBHOOK_KEY_FILE",
            ],
            refused.Problems.Select(problem => problem.Split(' ')[0])
        );
    }

    [Theory]
    [InlineData("FRESHTRACK_DATABASE", "Horst=db;Password=hunter2")]
    [InlineData("FRESHTRACK_DATABASE", "Username=postgres;Password=hunter2")]
    [InlineData("FRESHTRACK_STACK_AUTH_URL", "stack-auth:8080")]
    [InlineData("FRESHTRACK_WEBHOOK_KEY_FILE", "/nowhere/key")]
    [InlineData("FRESHTRACK_OBJECT_STORE", "key:hunter2@store/bucket")]
    [InlineData("FRESHTRACK_MAINTENANCE", "yes")]
    [InlineData("FRESHTRACK_MAINTENANCE_INGESTION", "on")]
    [InlineData("FRESHTRACK_NOTIFICATIONS", "held")]
    [InlineData("FRESHTRACK_CORS_ORIGINS", "*")]
    [InlineData("FRESHTRACK_CORS_ORIGINS", "https://app.example.com, https://*.example.com")]
    [InlineData("FRESHTRACK_CORS_ORIGINS", "app.example.com")]
    [InlineData("FRESHTRACK_CORS_ORIGINS", "https://app.example.com/")]
    [InlineData("FRESHTRACK_CORS_ORIGINS", "https://app.example.com/start")]
    [InlineData("FRESHTRACK_CORS_ORIGINS", "https://app.example.com?a")]
    [InlineData("FRESHTRACK_CORS_ORIGINS", "ftp://app.example.com")]
    [InlineData("FRESHTRACK_CORS_ORIGINS", "null")]
    [InlineData("FRESHTRACK_DRAIN_SECONDS", "60")]
    [InlineData("FRESHTRACK_USER_REQUESTS_PER_SECOND", "0")]
    [InlineData("FRESHTRACK_SMTP", "mail.example.com")]
    [InlineData("FRESHTRACK_SMTP", "smtp://alerts:hunter2@mail.example.com")]
    [InlineData("FRESHTRACK_TELNYX_KEY_FILE", "/nowhere/key")]
    public void Wrong_variable_is_named_and_no_password_shown(string name, string value)
    {
        var refused = Assert.Throws<InvalidSettingsException>(() =>
            ApiOptions.FromEnvironment(variable => variable == name ? value : null)
        );

        Assert.Contains(refused.Problems, problem => problem.StartsWith(name) && !problem.Contains("is not set"));
        Assert.DoesNotContain("hunter2", refused.Message);
    }

    [Fact]
    public void Origins_are_read_as_browsers_write_them_and_none_of_them_is_no_list()
    {
        Assert.Equal(
            ["https://app.example.com", "http://localhost:5173"],
            Read("https://App.Example.com:443, http://localhost:5173,, https://app.example.com")
        );
        Assert.Empty(Read(" "));

        static IReadOnlyList<string> Read(string text) =>
            new Settings(name => name == "FRESHTRACK_CORS_ORIGINS" ? text : null).ReadOrigins();
    }

    [Fact]
    public void Every_site_is_no_origin_and_the_reason_is_said()
    {
        var refused = Assert.Throws<InvalidSettingsException>(() =>
            ApiOptions.FromEnvironment(name => name == "FRESHTRACK_CORS_ORIGINS" ? "*" : null)
        );

        Assert.Contains(refused.Problems, problem => problem.Contains("'*' would let every site"));
    }

    [Fact]
    public void Mail_server_that_is_named_needs_a_sender_and_for_a_user_a_password()
    {
        var variables = new Dictionary<string, string>
        {
            ["FRESHTRACK_SMTP"] = "smtp://mail",
            ["FRESHTRACK_SMTP_USER"] = "alerts",
        };

        var refused = Assert.Throws<InvalidSettingsException>(() =>
            ApiOptions.FromEnvironment(name => variables.GetValueOrDefault(name))
        );

        Assert.Contains(refused.Problems, problem => problem.StartsWith("FRESHTRACK_SMTP_FROM is not set"));
        Assert.Contains(refused.Problems, problem => problem.StartsWith("FRESHTRACK_SMTP_PASSWORD_FILE is not set"));
    }
}
