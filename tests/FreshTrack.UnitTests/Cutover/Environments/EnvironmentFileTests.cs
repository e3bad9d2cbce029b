using System.Text.RegularExpressions;
using FreshTrack.Cutover.Environments;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.Environments;

public sealed partial class EnvironmentFileTests : IDisposable
{
    private const string Password = "hunter2";

    private const string Whole = """
        version: 1
        name: night
        kind: stage
        source:
          database: { file: secrets/source }
          temperature_unit: F
        target:
          database: { file: secrets/target }
          object_store: { file: secrets/store }
          webhook_key: { file: secrets/key }
        stack_auth:
          url: http://127.0.0.1:8080
          project: p
          server_key: { file: secrets/server }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("environment").FullName;

    public EnvironmentFileTests()
    {
        Secret("source", $"postgres://me:{Password}@old:5433/db\n");
        Secret("target", $"Host=new;Username=me;Password={Password};Database=db");
        Secret("store", $"http://key:{Password}@127.0.0.1:9000/bucket");
        Secret("key", Convert.ToBase64String(new byte[32]));
        Secret("server", Password);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_whole_file_names_every_server_and_its_description_no_secret()
    {
        var settings = Read(Whole);
        await using var environment = CutoverEnvironment.Open(settings);

        Assert.Equal(("night", EnvironmentKind.Stage), (environment.Name, environment.Kind));
        Assert.Contains("Port=5433", environment.Source.ConnectionString);
        Assert.Equal("http://127.0.0.1:9000/bucket", $"{environment.ObjectStore}");
        Assert.NotNull(environment.StackAuth);
        Assert.Equal(32, environment.WebhookKey.Length);
        Assert.Equal("me@old:5433/db", environment.Description.Source?.Database);
        Assert.DoesNotContain(Password, $"{environment.Description}");
    }

    [Theory]
    [InlineData("", "00:01:00")]
    [InlineData(", within: 00:02:30", "00:02:30")]
    public async Task Maintenance_runs_in_the_files_folder_within_its_time(string within, string expected)
    {
        var maintenance = "maintenance: { on: close, off: open, probe: 'https://app.example.com'" + within + " }";
        await using var environment = CutoverEnvironment.Open(
            Read(Whole.Replace("target:\n", $"  {maintenance}\ntarget:\n"))
        );

        Assert.Equal(
            new MaintenanceSettings("close", "open", new Uri("https://app.example.com"))
            {
                Folder = folder,
                Within = TimeSpan.Parse(expected),
            },
            environment.Maintenance
        );
        Assert.DoesNotContain("close", $"{environment.Maintenance}");
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_with_its_line_and_without_a_secret()
    {
        Secret("empty", " \n");
        Secret("store", $"ftp://key:{Password}@127.0.0.1/bucket");
        var refused = Refuse(
            $$"""
            version: 2
            nmae: night
            kind: rehearsal
            source:
              database: postgres://me:{{Password}}@old/db
              auth: { url: "https://me:{{Password}}@auth.example.com", service_key: { file: secrets/none } }
              temperature_unit: K
            target:
              database: { file: secrets/empty }
              object_store: { file: secrets/store }
              redis: 127.0.0.1
            stack_auth:
              url: 127.0.0.1:8080
              server_key: { text: {{Password}} }
            """
        );

        Assert.Contains("environment.yaml has 15 problems:", refused);
        Assert.EndsWith("Fix the environment and run again.", refused);
        (int Line, string Message)[] expected =
        [
            (1, "the environment has no 'name'"),
            (1, "'version' is '2'; expected 1"),
            (2, "unknown key 'nmae' in the environment"),
            (3, "'kind' is 'rehearsal'; expected production or stage"),
            (5, "'database' is written out; expected { file: PATH }"),
            (6, "'url' is a text that may hold a secret and is not shown; expected an address as https://host"),
            (6, "there is no secret file '"),
            (7, "'temperature_unit' is 'K'; expected F or C"),
            (9, "'target' has no 'webhook_key'"),
            (9, "the secret file '"),
            (10, "The object store's address is no http:// or https:// address"),
            (11, "'redis' is '127.0.0.1'; expected host:port"),
            (13, "'stack_auth' has no 'project'"),
            (13, "'url' is '127.0.0.1:8080'; expected an address"),
            (14, "unknown key 'text' in 'server_key'; expected file"),
        ];
        var lines = refused.Split(Environment.NewLine)[1..^1];
        Assert.All(
            expected.Zip(lines),
            pair =>
            {
                Assert.Contains($"environment.yaml({pair.First.Line},", pair.Second);
                Assert.Contains(pair.First.Message, pair.Second);
            }
        );
        Assert.DoesNotContain(Password, refused);
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_secret_that_everybody_may_read_or_change_is_refused(UnixFileMode open)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        SetMode("key", UnixFileMode.UserRead | open);

        Assert.Contains($"secrets/key' is open to everybody on this machine ({open}); chmod o-rwx it", Refuse(Whole));
    }

    [Theory]
    [InlineData("{ file: secrets/server }", "postgres://me:hunter2@old/db")]
    [InlineData("{ file: secrets/server }", "{ \"postgres://me:hunter2@old/db\" }")]
    [InlineData("{ file: secrets/server }", "{ file: \"postgres://me:hunter2@old/db\" }")]
    [InlineData("{ file: secrets/server }", "{ file: ssk_8c1f0dhunter2b7a39e5f4d2 }")]
    [InlineData("{ file: secrets/server }", "*hunter2")]
    [InlineData("project: p", "project: p\n  hunter2: 1\n  hunter2: 2")]
    [InlineData("http://127.0.0.1:8080", "ftp://host/?token=hunter2")]
    [InlineData("target:\n", "target: postgres://me:hunter2@new/db\ntarget2:\n")]
    [InlineData("target:\n", "target:\n  redis: redis://:hunter2@cache:6379\n")]
    public void A_secret_in_a_wrong_place_is_not_shown(string right, string wrong)
    {
        var refused = Assert.Throws<RefusedException>(() => Read(Whole.Replace(right, wrong)));

        Assert.DoesNotContain(Password, $"{refused}");
        Assert.Contains("environment.yaml(", refused.Message);
    }

    [Theory]
    [InlineData("\" \"")]
    [InlineData("\"night\\e[31m\"")]
    [InlineData("night of the move")]
    public void A_name_that_nobody_can_type_or_a_terminal_obeys_is_refused(string name) =>
        Assert.Contains("'name' has other signs", Refuse(Whole.Replace("name: night", $"name: {name}")));

    [Fact]
    public void A_secret_of_two_lines_is_refused_and_not_shown()
    {
        Secret("server", $"{Password}\nmore");

        var refused = Refuse(Whole);

        Assert.Contains("holds more than one line; expected the secret alone", refused);
        Assert.DoesNotContain(Password, refused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pipe_that_nobody_writes_to_is_refused_and_not_waited_for(bool linked)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        var key = Path.Combine(folder, "secrets", "key");
        File.Delete(key);
        var pipe = linked ? $"{key}-pipe" : key;
        using var made = System.Diagnostics.Process.Start("mkfifo", ["-m", "600", pipe]);
        made.WaitForExit();
        if (linked)
        {
            File.CreateSymbolicLink(key, pipe);
        }

        Assert.Contains("is empty, or no plain file", Refuse(Whole));
    }

    [Fact]
    public void A_link_to_nothing_is_refused()
    {
        var key = Path.Combine(folder, "secrets", "key");
        File.Delete(key);
        File.CreateSymbolicLink(key, "nowhere");

        Assert.Contains("secrets/key' cannot be read", Refuse(Whole));
    }

    [Fact]
    public void What_is_wrong_with_the_place_of_a_secret_is_said_once()
    {
        var refused = Refuse(Whole.Replace("{ file: secrets/key }", "{ file: [a] }"));

        Assert.Single(Regex.Matches(refused, "Fix the environment", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_secret_that_its_group_may_read_is_taken()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        SetMode("key", UnixFileMode.UserRead | UnixFileMode.GroupRead);

        Assert.Equal(32, Read(Whole).Target.WebhookKey.Length);
    }

    [Fact]
    public void A_folder_in_place_of_a_secret_is_refused()
    {
        File.Delete(Path.Combine(folder, "secrets", "key"));
        Directory.CreateDirectory(Path.Combine(folder, "secrets", "key"));

        Assert.Contains("there is no secret file", Refuse(Whole));
    }

    [Theory]
    [InlineData("- 1")]
    [InlineData("")]
    [InlineData("version: [")]
    public void What_is_no_environment_is_refused(string text) => Assert.Contains("environment.yaml(", Refuse(text));

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var refused = Assert.Throws<RefusedException>(() => EnvironmentFile.Read(Path.Combine(folder, "none.yaml")));

        Assert.Contains("none.yaml' cannot be read", refused.Message);
    }

    [Fact]
    public async Task A_written_secret_is_its_owners_alone()
    {
        var path = Path.Combine(folder, "new", "secret");

        await SecretFile.WriteAsync(path, Password, TestContext.Current.CancellationToken);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.Equal(Password, SecretFile.Read(path));
    }

    [Fact]
    public void The_example_is_whole_and_holds_every_key()
    {
        var example = Path.Combine(RepositoryRoot.Find(), "environments", "example.yaml");
        var text = File.ReadAllText(example);
        foreach (var secret in SecretPath().Matches(text).Select(match => match.Groups["path"].Value).Distinct())
        {
            Secret(Path.GetFileName(secret), Example(Path.GetFileName(secret)));
        }

        File.WriteAllText(Path.Combine(folder, ".env.production"), "");
        File.WriteAllText(Path.Combine(folder, "ssh_config"), "");
        text = text.Replace("../deploy/uptime-kuma.yaml", "uptime-kuma.yaml");
        File.WriteAllText(Path.Combine(folder, "uptime-kuma.yaml"), "");

        var settings = Read(text);

        Assert.NotNull(settings.Source.Auth);
        Assert.NotNull(settings.Source.Maintenance);
        Assert.NotNull(settings.StackAuth?.ResetCallback);
        Assert.NotNull(settings.Canary);
        Assert.NotNull(settings.Deploy?.SshConfig);
        Assert.NotNull(settings.Names?.Front);
        Assert.NotNull(settings.Monitoring);
        // A key that the reader knows and the example does not would be refused by name here.
        var known =
            Refuse(text + "\nx: 1\n")
            + Refuse(text.Replace("source:\n", "source:\n  x: 1\n"))
            + Refuse(text.Replace("target:\n", "target:\n  x: 1\n"))
            + Refuse(text.Replace("stack_auth:\n", "stack_auth:\n  x: 1\n"))
            + Refuse(text.Replace("deploy:\n", "deploy:\n  x: 1\n"))
            + Refuse(text.Replace("public:\n", "public:\n  x: 1\n"))
            + Refuse(text.Replace("monitoring:\n", "monitoring:\n  x: 1\n"))
            + Refuse(text.Replace("  status_page:\n", "  status_page:\n    x: 1\n"))
            + Refuse(text.Replace("  mailbox:\n", "  mailbox:\n    x: 1\n"))
            + Refuse(text.Replace("    imap:\n", "    imap:\n      x: 1\n"));
        Assert.All(
            Expected().Matches(known).SelectMany(match => match.Groups["keys"].Value.Split(", ")),
            key => Assert.Matches($@"(?m)^\s*{key}:", text)
        );
    }

    private static string Example(string name) =>
        name switch
        {
            "webhook_key" => Convert.ToBase64String(new byte[32]),
            "object_store" => "https://key:secret@store.example.com/bucket",
            "source" or "target" => "postgres://me:secret@db.example.com/postgres",
            _ => "secret",
        };

    private void Secret(string name, string text)
    {
        var path = Path.Combine(folder, "secrets", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        SetMode(name, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private void SetMode(string secret, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(folder, "secrets", secret), mode);
        }
    }

    private EnvironmentSettings Read(string text)
    {
        var path = Path.Combine(folder, "environment.yaml");
        File.WriteAllText(path, text);
        return EnvironmentFile.Read(path);
    }

    private string Refuse(string text) => Assert.Throws<RefusedException>(() => Read(text)).Message;

    [GeneratedRegex(@"file: (?<path>secrets/\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SecretPath();

    [GeneratedRegex(@"unknown key 'x' in [^;]+; expected (?<keys>[\w, ]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expected();
}
