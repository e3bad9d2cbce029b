using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using FreshTrack.Cutover.Processes;

namespace FreshTrack.IntegrationTests.Api;

/// <summary>The program as it is deployed: a process with settings, an output and an exit code.</summary>
public sealed class LogTests : IClassFixture<ApiStage>
{
    private readonly ApiStage stage;

    public LogTests(ApiStage stage)
    {
        this.stage = stage;
        // The process goes by real time, so that the tokens that it is shown must too.
        stage.Clock.SetUtcNow(TimeProvider.System.GetUtcNow());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Log_is_JSON_line_by_line_and_holds_no_secret_that_a_request_or_a_setting_brought()
    {
        var token = await stage.SignInAsync(organization: null, Cancel);
        await using var api = Start(
            "Host=127.0.0.1;Port=1;Username=freshtrack;Password=hunter2-database;Database=freshtrack"
        );
        using var client = new HttpClient { BaseAddress = await api.ListeningAsync() };

        // The database is out of reach, so that each of these leaves something in the log.
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (
                await client.SendAsync("whsec-of-an-organization", """{ "secret_in_body": "s3cr3t-body" }""", Cancel)
            ).Status
        );
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await client.SendAsync("whsec-of-another", "{}", Cancel, header: "X-Webhook-Secret")).Status
        );
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (
                await client.ReadAsync(
                    $"/api/orgs/{Guid.Empty}/readings/latest?access_token=s3cr3t-query",
                    token,
                    Cancel
                )
            ).Status
        );
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (
                await client.ReadAsync($"/api/orgs/%0a%7B%22forged%22%3A1%7D/readings/latest", "s3cr3t-token", Cancel)
            ).Status
        );
        var (code, lines) = await api.StopAsync();

        Assert.Equal(0, code);
        Assert.Contains(lines, line => line.Contains("answered 503"));
        Assert.All(lines, line => Assert.NotNull(JsonNode.Parse(line)!["LogLevel"]));
        var log = string.Join('\n', lines);
        Assert.All(
            new[]
            {
                "hunter2-database",
                "whsec-of-an-organization",
                "whsec-of-another",
                "s3cr3t-body",
                "s3cr3t-query",
                "s3cr3t-token",
                token,
                token.Split('.')[2],
                ApiStage.KeyText,
            },
            secret => Assert.DoesNotContain(secret, log)
        );
    }

    [Fact]
    public async Task Stopped_API_still_answers_what_it_took_in_and_says_meanwhile_that_it_is_draining()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await using var api = Start(stage.Database, ("FRESHTRACK_DRAIN_SECONDS", "2"));
        using var client = new HttpClient { BaseAddress = await api.ListeningAsync() };
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/health/ready", token: null, Cancel)).Status);

        await api.TerminateAsync();
        var ready = await client.ReadAsync("/health/ready", token: null, Cancel);
        while (ready.Status == HttpStatusCode.OK)
        {
            ready = await client.ReadAsync("/health/ready", token: null, Cancel);
        }

        var stored = await client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);
        var (code, _) = await api.StopAsync();

        // Said at once: nothing is asked for it.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.Equal("""{"status":"draining","database":null}""", ready.Body.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, stored.Status);
        Assert.Equal(0, code);
        Assert.Equal(
            1,
            await stage.Data.ValueAsync<long>(
                $"select count(*) from sensor_readings where id = '{stored.Body["reading_id"]}'",
                Cancel
            )
        );
    }

    [Theory]
    [InlineData("maintenance on", 0, "maintenance: on for every instance")]
    [InlineData("maintenance on --canary nobody", 4, "maintenance: There is no organization 'nobody'")]
    [InlineData("maintenance off", 0, "maintenance: it was off already")]
    [InlineData("maintenance", 4, "Unknown command 'maintenance'. Use serve")]
    [InlineData("notifications hold", 0, "notifications: held, by every instance")]
    [InlineData("notifications hold --canary nobody", 4, "notifications: There is no organization 'nobody'")]
    [InlineData("notifications release", 4, "notifications release: The cutover point is missing")]
    [InlineData("notifications release 2026-01-01T00:00:00Z", 0, "notifications: they were not held")]
    [InlineData("create-admin a@example.com nobody", 4, "create-admin: There is no organization 'nobody'")]
    [InlineData("create-admin a@example.com nobody --owner", 4, "create-admin: There is no organization 'nobody'")]
    public async Task Command_says_what_became_of_it(string command, int code, string expected)
    {
        await ForgetSwitchesAsync();
        var api = await Command(stage.Database, [], command.Split(' ')).ExecuteBufferedAsync(Cancel);
        var (maintenance, held) = (
            await stage.Data.ValueAsync<bool>("select is_on from api.maintenance", Cancel),
            await stage.Data.ValueAsync<bool>("select exists (select from api.notification_hold where is_on)", Cancel)
        );
        await ForgetSwitchesAsync();

        Assert.Equal(code, api.ExitCode);
        Assert.StartsWith(expected, api.StandardOutput + api.StandardError);
        Assert.Equal((command == "maintenance on", command == "notifications hold"), (maintenance, held));
    }

    private Task<int> ForgetSwitchesAsync() =>
        stage.Data.ValueAsync<int>(
            "with gone as (delete from api.notification_hold), "
                + "off as (update api.maintenance set is_on = false, canary_id = null) select 1",
            Cancel
        );

    [Fact]
    public async Task Metrics_tell_that_Redis_is_away_while_nobody_asks_for_health()
    {
        await using var api = Start(stage.Database, ("FRESHTRACK_REDIS", "127.0.0.1:1"));
        using var client = new HttpClient { BaseAddress = await api.ListeningAsync() };
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limited.CancelAfter(TimeSpan.FromSeconds(20));

        while (
            !(await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), limited.Token)).Contains(
                "freshtrack_dependency_up{dependency=\"redis\"} 0"
            )
        )
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, limited.Token);
        }
    }

    private ApiProcess Start(string database, params (string Name, string Value)[] settings) =>
        new(Command(database, settings, "serve"));

    private Command Command(string database, (string Name, string Value)[] settings, params string[] command)
    {
        var key = Path.Combine(Path.GetTempPath(), $"freshtrack-key-{Environment.ProcessId}");
        File.WriteAllText(key, ApiStage.KeyText);
        return Cli.Wrap("dotnet")
            .WithArguments([Path.Combine(AppContext.BaseDirectory, "FreshTrack.Api.dll"), .. command])
            .WithEnvironmentVariables(variables =>
            {
                variables
                    .Set("FRESHTRACK_DATABASE", database)
                    .Set("FRESHTRACK_STACK_AUTH_URL", stage.StackAuth.BaseAddress!.AbsoluteUri)
                    .Set("FRESHTRACK_STACK_AUTH_PROJECT", ApiStage.Project)
                    .Set("FRESHTRACK_WEBHOOK_KEY_FILE", key)
                    .Set("FRESHTRACK_LISTEN", "http://127.0.0.1:0");
                foreach (var (name, value) in settings)
                {
                    variables.Set(name, value);
                }
            })
            .WithValidation(CommandResultValidation.None);
    }

    /// <summary>Ends with its test, however that ended.</summary>
    private sealed class ApiProcess : IAsyncDisposable
    {
        private readonly CancellationTokenSource kill = new();
        private readonly TaskCompletionSource<Uri> listening = new();
        private readonly ConcurrentQueue<string> lines = new();
        private readonly StringBuilder errors = new();
        private readonly CommandTask<CommandResult> run;

        public ApiProcess(Command command) =>
            run = command
                .WithStandardOutputPipe(PipeTarget.ToDelegate(Read))
                .WithStandardErrorPipe(PipeTarget.ToStringBuilder(errors))
                .ExecuteAsync(kill.Token);

        public async Task<Uri> ListeningAsync()
        {
            await Task.WhenAny(listening.Task, run.Task).WaitAsync(Cancel);
            return listening.Task.IsCompleted
                ? await listening.Task
                : throw new InvalidOperationException(errors.ToString());
        }

        public Task<bool> TerminateAsync() => ProcessRunner.TerminateAsync(run.ProcessId);

        public async Task<(int Code, string[] Lines)> StopAsync()
        {
            await TerminateAsync();
            var ended = await run.Task.WaitAsync(Cancel);
            return (ended.ExitCode, [.. lines]);
        }

        public async ValueTask DisposeAsync()
        {
            await kill.CancelAsync();
            await ((Task)run.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            run.Dispose();
            kill.Dispose();
        }

        private void Read(string line)
        {
            lines.Enqueue(line);
            if (!listening.Task.IsCompleted && JsonNode.Parse(line)?["State"]?["Address"] is { } address)
            {
                listening.TrySetResult(new Uri(address.ToString()));
            }
        }
    }
}
