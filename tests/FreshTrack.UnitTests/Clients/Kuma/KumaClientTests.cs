using System.Text.Json.Nodes;
using FreshTrack.Clients.Kuma;

namespace FreshTrack.UnitTests.Clients.Kuma;

public sealed class KumaClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.23.0")]
    [InlineData("1.23.17")]
    [InlineData("2.0.0-dev.0")]
    public async Task A_version_whose_calls_are_known_is_taken(string version)
    {
        await using var server = await ScriptedKuma.StartAsync(version);

        await using var kuma = await new KumaLogin(server.Account()).OpenAsync(Token);

        Assert.Empty(kuma.Lists.Monitors);
    }

    [Theory]
    [InlineData("1.22.1")]
    [InlineData("1.24.0")]
    [InlineData("2.0.0")]
    [InlineData("2.5.3")]
    [InlineData("2.0.0-dev.1")]
    [InlineData("1.23.x")]
    public async Task Another_version_is_refused_by_name_before_anything_changes(string version)
    {
        await using var server = await ScriptedKuma.StartAsync(version);

        var refused = await Assert.ThrowsAsync<KumaException>(() => new KumaLogin(server.Account()).OpenAsync(Token));

        Assert.Contains($"is version {version}; expected 1.23.x or 2.0.0-dev.0", refused.Message);
        Assert.Contains("louislam/uptime-kuma:1", refused.Message);
        Assert.Equal(["needSetup", "login"], server.Calls);
    }

    [Fact]
    public async Task Second_connection_is_signed_in_with_the_token_of_the_first()
    {
        await using var server = await ScriptedKuma.StartAsync();
        var login = new KumaLogin(server.Account());

        await (await login.OpenAsync(Token)).DisposeAsync();
        await (await login.OpenAsync(Token)).DisposeAsync();

        Assert.Equal(["needSetup", "login", "loginByToken"], server.Calls);
    }

    [Fact]
    public async Task Token_that_has_died_is_followed_by_the_password()
    {
        await using var server = await ScriptedKuma.StartAsync();
        var login = new KumaLogin(server.Account());
        await (await login.OpenAsync(Token)).DisposeAsync();

        server.Answers["loginByToken"] = """{"ok":false,"msg":"Invalid token."}""";
        await (await login.OpenAsync(Token)).DisposeAsync();

        Assert.Equal(["needSetup", "login", "loginByToken", "needSetup", "login"], server.Calls);
    }

    [Fact]
    public async Task Wrong_password_says_what_to_do_and_not_the_password()
    {
        await using var server = await ScriptedKuma.StartAsync();

        var refused = await Assert.ThrowsAsync<KumaException>(() =>
            new KumaLogin(server.Account("hunter2")).OpenAsync(Token)
        );

        Assert.Contains("refuses user admin or the password", refused.Message);
        Assert.Contains("reset-password", refused.Message);
        Assert.DoesNotContain("hunter2", $"{refused}");
    }

    [Theory]
    [InlineData("login", """{"tokenRequired":true}""", "asks admin for a second factor")]
    [InlineData("login", """{"ok":"true"}""", "refuses user admin")]
    [InlineData("login", """{"ok":true}""", "without 'token' is not understood")]
    [InlineData("login", "[]", "to 'login' is not understood")]
    [InlineData("login", "", "to 'login' is not understood")]
    [InlineData("login", null, "did not answer 'login' within 2 s")]
    [InlineData("needSetup", "{}", "to 'needSetup' is not understood")]
    [InlineData("needSetup", null, "did not answer 'needSetup' within 2 s")]
    public async Task An_answer_that_is_none_is_named(string call, string? answer, string said)
    {
        await using var server = await ScriptedKuma.StartAsync();
        server.Answers[call] = answer;

        var refused = await Assert.ThrowsAsync<KumaException>(() => new KumaLogin(server.Account()).OpenAsync(Token));

        Assert.Contains(said, refused.Message);
    }

    [Fact]
    public async Task A_server_that_was_never_used_gets_its_administrator_first()
    {
        await using var server = await ScriptedKuma.StartAsync();
        server.Answers["needSetup"] = "true";
        server.Answers["setup"] = """{"ok":true,"msg":"Added Successfully."}""";

        await (await new KumaLogin(server.Account()).OpenAsync(Token)).DisposeAsync();

        Assert.Equal(["needSetup", "setup", "login"], server.Calls);
    }

    [Fact]
    public async Task A_password_that_the_server_finds_too_weak_is_told_with_its_reason_and_not_itself()
    {
        await using var server = await ScriptedKuma.StartAsync();
        server.Answers["needSetup"] = "true";
        server.Answers["setup"] = """{"ok":false,"msg":"Password is too weak: hunter2."}""";

        var refused = await Assert.ThrowsAsync<KumaException>(() =>
            new KumaLogin(server.Account("hunter2")).OpenAsync(Token)
        );

        Assert.Contains("refused to make admin its administrator: Password is too weak: ***.", refused.Message);
    }

    [Fact]
    public async Task Server_that_ends_in_the_middle_of_a_call_ends_the_call()
    {
        await using var server = await ScriptedKuma.StartAsync();
        // Far more than a test may take: the end of the connection must end the call, not the clock.
        var account = new KumaAccount(server.Address, "admin", ScriptedKuma.Password)
        {
            Patience = TimeSpan.FromMinutes(10),
        };
        await using var kuma = await new KumaLogin(account).OpenAsync(Token);
        server.EndsAt = "add";

        var lost = await Assert.ThrowsAsync<KumaException>(() =>
            kuma.AddMonitorAsync(new JsonObject { ["name"] = "API" }, Token)
        );

        Assert.Contains("ended the connection before it could answer 'add'", lost.Message);
        Assert.Contains("what is done already is kept", lost.Message);
    }

    [Fact]
    public async Task Refusal_of_the_database_is_told_without_the_values_of_its_statement()
    {
        await using var server = await ScriptedKuma.StartAsync();
        server.Answers["addNotification"] =
            """{"ok":false,"msg":"insert into notification values ('hunter2') - SQLITE_ERROR: no such column"}""";
        await using var kuma = await new KumaLogin(server.Account()).OpenAsync(Token);

        var refused = await Assert.ThrowsAsync<KumaException>(() =>
            kuma.SaveNotificationAsync(new JsonObject { ["name"] = "mail" }, id: null, Token)
        );

        Assert.Contains("refused to save the notification 'mail': SQLITE_ERROR: no such column.", refused.Message);
        Assert.DoesNotContain("hunter2", $"{refused}");
    }

    [Fact]
    public async Task Success_is_what_ok_says_whatever_the_text()
    {
        await using var server = await ScriptedKuma.StartAsync();
        server.Answers["unpinIncident"] = """{"ok":true,"msg":"Error!"}""";
        await using var kuma = await new KumaLogin(server.Account()).OpenAsync(Token);

        await kuma.UnpinIncidentAsync("freshtrack", Token);

        server.Answers["unpinIncident"] = """{"ok":false,"msg":"OK!"}""";
        await Assert.ThrowsAsync<KumaException>(() => kuma.UnpinIncidentAsync("freshtrack", Token));
    }

    [Fact]
    public async Task Server_that_is_not_there_is_named()
    {
        var nowhere = new KumaLogin(new KumaAccount(new Uri("http://127.0.0.1:1/"), "admin", "hunter2"));

        var refused = await Assert.ThrowsAsync<KumaException>(() => nowhere.OpenAsync(Token));

        Assert.StartsWith("Uptime Kuma at http://127.0.0.1:1/ cannot be reached: ", refused.Message);
        Assert.DoesNotContain("hunter2", $"{refused}");
    }
}
