using FreshTrack.Build.CommandLine;
using FreshTrack.Cutover.Environments;
using FreshTrack.Plan;
using Npgsql;
using Spectre.Console.Testing;

namespace FreshTrack.UnitTests.Build.CommandLine;

/// <summary>What a person at a terminal, and a script without one, must say before something is changed. What stages
/// say by their marks is tried on real databases.</summary>
public sealed class ConfirmationTests : IDisposable
{
    private readonly TestConsole console = new TestConsole().Interactive().Width(200);
    private readonly NpgsqlDataSource nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Password=hunter2");

    public void Dispose()
    {
        console.Dispose();
        nowhere.Dispose();
    }

    [Theory]
    [InlineData("production")]
    [InlineData(" production ")]
    public async Task The_environments_name_confirms(string typed)
    {
        await AskAsync(typed);

        Assert.Contains("This will close the source for writing in 'production'.", console.Output);
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("Production")]
    [InlineData("")]
    [InlineData("[red]production[/]")]
    public async Task Anything_else_changes_nothing(string typed)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => AskAsync(typed));

        Assert.Equal($"'{typed}' was typed, expected 'production'. Nothing was changed.", refused.Message);
    }

    [Fact]
    public async Task A_name_with_brackets_can_be_typed()
    {
        console.Input.PushTextWithEnter("db[1]");

        await new Confirmation(console, hasTerminal: true, yes: false).DemandAsync(
            new CutoverEnvironment("db[1]", EnvironmentKind.Production),
            "close the source",
            TestContext.Current.CancellationToken
        );

        Assert.Contains("Type db[1] to confirm", console.Output);
    }

    [Fact]
    public async Task Without_a_terminal_nobody_can_be_asked()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => DemandAsync(hasTerminal: false, yes: false));

        Assert.Contains("nobody can be asked: no terminal is attached", refused.Message);
    }

    [Fact]
    public async Task A_question_that_would_go_into_a_pipe_is_not_asked()
    {
        console.Profile.Capabilities.Interactive = false;

        var refused = await Assert.ThrowsAsync<RefusedException>(() => AskAsync("production"));

        Assert.Contains("its output not in a pipe", refused.Message);
    }

    [Fact]
    public async Task Yes_is_refused_where_no_database_can_be_asked_for_its_mark()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => DemandAsync(hasTerminal: true, yes: true));

        Assert.StartsWith("--yes is for stages, and the source of 'production' cannot be asked", refused.Message);
        Assert.DoesNotContain("hunter2", refused.Message);
    }

    private Task AskAsync(string typed)
    {
        console.Input.PushTextWithEnter(typed);
        return DemandAsync(hasTerminal: true, yes: false);
    }

    private Task DemandAsync(bool hasTerminal, bool yes) =>
        new Confirmation(console, hasTerminal, yes).DemandAsync(
            new CutoverEnvironment("production", EnvironmentKind.Production) { Source = nowhere, Target = nowhere },
            "close the source for writing",
            TestContext.Current.CancellationToken
        );
}
