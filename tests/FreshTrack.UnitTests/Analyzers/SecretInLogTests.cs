using FreshTrack.Analyzers;

namespace FreshTrack.UnitTests.Analyzers;

public sealed class SecretInLogTests
{
    [Theory]
    [InlineData("logger.LogInformation(\"{Address}\", [|connectionString|]);")]
    [InlineData("logger.LogError($\"cannot reach {[|connectionString|]}\");")]
    [InlineData("logger.LogError(\"cannot reach \" + [|options.Password|]);")]
    [InlineData("logger.LogError(\"{Name} {Key}\", name, [|options.ApiKey|]);")]
    [InlineData("logger.Log(LogLevel.Error, \"{Builder}\", [|builder|]);")]
    [InlineData("logger.LogWarning(\"{Secret}\", flag ? name : [|webhookSecret|]);")]
    [InlineData("Console.WriteLine([|connectionString|]);")]
    [InlineData("Console.WriteLine($\"{name}: {[|builder|]}\");")]
    [InlineData("Console.WriteLine([|builder.ConnectionString|].ToString());")]
    [InlineData("Console.WriteLine([|builder.Password|] ?? name);")]
    [InlineData("Console.Error.WriteLine(string.Format(\"{0}\", [|connectionString|]));")]
    [InlineData(
        "Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, "
            + "$\"{[|connectionString|]}\"));"
    )]
    [InlineData("Console.WriteLine(string.Join(\", \", name, [|webhookSecret|]));")]
    [InlineData("AnsiConsole.MarkupLine([|connectionString|]);")]
    [InlineData("console.WriteLine([|connectionString|]);")]
    [InlineData("console.Write(new Text([|connectionString|]));")]
    [InlineData("log.Write(Verbosity.Normal, Cake.Core.Diagnostics.LogLevel.Error, \"{0}\", [|connectionString|]);")]
    [InlineData("log.Information(\"{0}\", [|connectionString|]);")]
    [InlineData("throw new InvalidOperationException($\"cannot open {[|connectionString|]}\");")]
    [InlineData("throw new RefusedException([|webhookSecret|]);")]
    [InlineData("Console.WriteLine([|new NetworkCredential(name, name)|]);")]
    public Task A_secret_where_people_read_is_refused(string statement) =>
        Rule.AppliesAsync<SecretInLogAnalyzer>(In(statement));

    [Theory]
    [InlineData("logger.LogInformation(\"{Address}\", DatabaseAddress.Describe(connectionString));")]
    [InlineData("logger.LogInformation(\"{Host}\", builder.Host);")]
    [InlineData("logger.LogInformation(\"{Has}\", webhookSecret.Length > 0);")]
    [InlineData("Console.WriteLine($\"{nameof(options.Password)} is missing\");")]
    [InlineData("Console.WriteLine(flag ? \"a password\" : \"no password\");")]
    [InlineData("Console.WriteLine(secretCount);")]
    [InlineData("Console.WriteLine(options.PasswordFile);")]
    [InlineData("_ = new NpgsqlConnection(connectionString);")]
    [InlineData("throw new ArgumentNullException(nameof(connectionString));")]
    [InlineData("System.IO.File.WriteAllText(\"secret\", webhookSecret);")]
    [InlineData("logger.LogInformation(\"{Name}\", name);")]
    [InlineData("logger.LogInformation(\"{Token}\", cancellationToken);")]
    public Task What_shows_no_secret_is_allowed(string statement) =>
        Rule.AppliesAsync<SecretInLogAnalyzer>(In(statement));

    [Theory]
    [InlineData("[LoggerMessage(1, LogLevel.Error, \"{Password}\")]", "string [|password|]")]
    [InlineData("[LoggerMessage(1, LogLevel.Error, \"{Builder}\")]", "NpgsqlConnectionStringBuilder [|builder|]")]
    [InlineData("[LoggerMessage(1, LogLevel.Error, \"{Host}\")]", "string host")]
    [InlineData("", "string password")]
    public Task A_log_message_takes_no_secret(string attribute, string parameter) =>
        Rule.AppliesAsync<SecretInLogAnalyzer>(
            $$"""
            {{Usings}}
            static class Messages { {{attribute}} static void Failed(ILogger logger, {{parameter}}) { } }
            """
        );

    [Fact]
    public Task The_two_parts_of_a_log_message_are_one() =>
        Rule.AppliesAsync<SecretInLogAnalyzer>(
            $$"""
            {{Usings}}
            static partial class Messages
            {
                [LoggerMessage(1, LogLevel.Error, "{Password}")]
                static partial void Failed(ILogger logger, string [|password|]);
                static partial void Failed(ILogger logger, string password) { }
            }
            """
        );

    [Fact]
    public Task A_secret_given_to_a_log_message_is_refused() =>
        Rule.AppliesAsync<SecretInLogAnalyzer>(
            $$"""
            {{Usings}}
            static class Messages
            {
                [LoggerMessage(1, LogLevel.Error, "{Reason}")] static void Failed(ILogger logger, string reason) { }
                static void M(ILogger logger, string connectionString) => Failed(logger, [|connectionString|]);
            }
            """
        );

    private const string Usings = """
        using System; using System.Net; using System.Threading;
        using Cake.Core.Diagnostics; using FreshTrack.Plan;
        using Microsoft.Extensions.Logging; using Npgsql; using Spectre.Console;
        using LogLevel = Microsoft.Extensions.Logging.LogLevel;
        """;

    private static string In(string statement) =>
        $$"""
            {{Usings}}
            class Options
            {
                public string Password { get; set; } = "";
                public string PasswordFile { get; set; } = "";
                public string ApiKey { get; set; } = "";
            }
            class C
            {
                void M(
                    ILogger logger, ICakeLog log, IAnsiConsole console, NpgsqlConnectionStringBuilder builder,
                    Options options, string connectionString, string webhookSecret,
                    string name, int secretCount, bool flag, CancellationToken cancellationToken)
                {
                    {{statement}}
                }
            }
            """;
}
