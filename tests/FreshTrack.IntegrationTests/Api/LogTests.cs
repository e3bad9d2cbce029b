using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Api;

/// <summary>The program as it is deployed: a process with settings, an output and an exit code.</summary>
public sealed class LogTests(ApiStage stage) : IClassFixture<ApiStage>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Log_is_JSON_line_by_line_and_holds_no_secret_that_a_request_or_a_setting_brought()
    {
        var token = await stage.SignInAsync(organization: null, Cancel);
        using var api = await StartAsync(
            "Host=127.0.0.1;Port=1;Username=freshtrack;Password=hunter2-database;Database=freshtrack"
        );
        using var client = new HttpClient { BaseAddress = await ListeningAsync(api) };

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
        var (code, lines) = await StopAsync(api);

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
        using var api = await StartAsync(stage.Database, ("FRESHTRACK_DRAIN_SECONDS", "2"));
        using var client = new HttpClient { BaseAddress = await ListeningAsync(api) };
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/health/ready", token: null, Cancel)).Status);

        Terminate(api);
        var ready = await client.ReadAsync("/health/ready", token: null, Cancel);
        while (ready.Status == HttpStatusCode.OK)
        {
            ready = await client.ReadAsync("/health/ready", token: null, Cancel);
        }

        var stored = await client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);
        var (code, _) = await StopAsync(api);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "draining"), (ready.Status, ready.Body["status"]!.ToString()));
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
    [InlineData("maintenance", 4, "Unknown command 'maintenance'. Use serve")]
    public async Task Maintenance_is_switched_by_a_command(string command, int code, string expected)
    {
        await FreshTrack.Api.Operations.MaintenanceTable.SetAsync(stage.Data, isOn: false, Cancel);
        using var api = Process(stage.Database, [], command.Split(' '));
        api.Start();
        var (output, error) = (api.StandardOutput.ReadToEndAsync(Cancel), api.StandardError.ReadToEndAsync(Cancel));
        await api.WaitForExitAsync(Cancel);

        Assert.Equal(code, api.ExitCode);
        Assert.StartsWith(expected, await output + await error);
        Assert.Equal(code == 0, await FreshTrack.Api.Operations.MaintenanceTable.ReadAsync(stage.Data, Cancel));
        await FreshTrack.Api.Operations.MaintenanceTable.SetAsync(stage.Data, isOn: false, Cancel);
    }

    private async Task<Process> StartAsync(string database, params (string Name, string Value)[] settings)
    {
        var process = Process(database, settings, "serve");
        Assert.True(process.Start());
        await Task.Yield();
        return process;
    }

    private ApiProcess Process(string database, (string Name, string Value)[] settings, params string[] command)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "FreshTrack.Api.dll"), .. command]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var key = Path.Combine(Path.GetTempPath(), $"freshtrack-key-{Environment.ProcessId}");
        File.WriteAllText(key, ApiStage.KeyText);
        foreach (
            var (name, value) in settings.Concat([
                ("FRESHTRACK_DATABASE", database),
                ("FRESHTRACK_STACK_AUTH_URL", stage.StackAuth.BaseAddress!.AbsoluteUri),
                ("FRESHTRACK_STACK_AUTH_PROJECT", ApiStage.Project),
                ("FRESHTRACK_WEBHOOK_KEY_FILE", key),
                ("FRESHTRACK_LISTEN", "http://127.0.0.1:0"),
                (
                    "FRESHTRACK_CLOCK_OFFSET_SECONDS",
                    $"{(ApiStage.Start - TimeProvider.System.GetUtcNow()).TotalSeconds:0}"
                ),
            ])
        )
        {
            start.Environment[name] = value;
        }

        return new ApiProcess { StartInfo = start };
    }

    private static async Task<Uri> ListeningAsync(Process api)
    {
        while (await api.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            if (JsonNode.Parse(line)?["State"]?["Address"] is { } address)
            {
                return new Uri(address.ToString());
            }
        }

        throw new InvalidOperationException(await api.StandardError.ReadToEndAsync(Cancel));
    }

    private static void Terminate(Process api)
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", api.Id.ToString()]);
        kill.WaitForExit();
    }

    private static async Task<(int Code, string[] Lines)> StopAsync(Process api)
    {
        if (!api.HasExited)
        {
            Terminate(api);
        }

        var output = await api.StandardOutput.ReadToEndAsync(Cancel);
        await api.WaitForExitAsync(Cancel);
        return (api.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Ends with its test, however that ended.</summary>
    private sealed class ApiProcess : Process
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                Kill(entireProcessTree: true);
            }

            base.Dispose(disposing);
        }
    }
}
