using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>Phase 6: the deployed system is used as its users will use it.</summary>
public static class ValidateSteps
{
    /// <summary>A test webhook's reading must be seen in the query within this time.</summary>
    private static readonly TimeSpan WebhookLimit = TimeSpan.FromSeconds(5);

    public static async Task<StepResult> HealthAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        using var client = Client(run);
        using var response = await client.GetAsync(new Uri("health", UriKind.Relative), cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.StatusCode == HttpStatusCode.OK
            ? StepResult.Pass("GET /health answered 200")
            : new StepResult(Verdict.Fail, $"GET /health answered {(int)response.StatusCode}, expected 200: {body}");
    }

    public static async Task<StepResult> SignedInQueryAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var sensor = await TestSensor.FindAsync(run.Environment, run.Clock, cancellationToken);
        using var client = await SignedInAsync(run, sensor, cancellationToken);
        var readings = await ReadingsAsync(client, sensor, limit: 10, cancellationToken);
        return readings.Count > 0
            ? StepResult.Pass($"a migrated user signed in and saw readings of unit {sensor.Unit}")
            : new StepResult(
                Verdict.Fail,
                $"unit {sensor.Unit} has readings in the target, but the API showed none to user {sensor.User}"
            );
    }

    public static async Task<StepResult> WebhookAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var sensor = await TestSensor.FindAsync(run.Environment, run.Clock, cancellationToken);
        var receivedAt = run.Clock.GetUtcNow();
        using var client = await SignedInAsync(run, sensor, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/webhooks/ttn")
        {
            Content = new StringContent(Uplink(sensor, receivedAt).ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Webhook-Secret", sensor.Secret);
        var sent = TimeProvider.System.GetTimestamp();
        using var response = await client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode || body.Contains("\"reading_id\":null"))
        {
            return new StepResult(
                Verdict.Fail,
                $"the test webhook of {sensor.DevEui} was answered {(int)response.StatusCode}, "
                    + $"expected 200 with a reading's id: {body}"
            );
        }

        while (TimeProvider.System.GetElapsedTime(sent) < WebhookLimit)
        {
            var readings = await ReadingsAsync(client, sensor, limit: 20, cancellationToken);
            if (readings.Any(reading => IsAt(reading!, receivedAt)))
            {
                var seconds = TimeProvider.System.GetElapsedTime(sent).TotalSeconds;
                return StepResult.Pass($"the test webhook's reading was seen after {seconds:0.00} s");
            }

            progress.Report(new StepProgress("waiting for the reading to appear"));
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }

        return new StepResult(
            Verdict.Fail,
            $"the test webhook of {sensor.DevEui} was accepted, but its reading was not seen within "
                + $"{WebhookLimit.TotalSeconds:0} s"
        );
    }

    private static JsonObject Uplink(TestSensor sensor, DateTimeOffset receivedAt)
    {
        var at = receivedAt.ToString("O");
        return new JsonObject
        {
            ["end_device_ids"] = new JsonObject { ["device_id"] = sensor.DeviceId, ["dev_eui"] = sensor.DevEui },
            ["received_at"] = at,
            ["uplink_message"] = new JsonObject
            {
                ["f_port"] = 2,
                ["f_cnt"] = receivedAt.ToUnixTimeSeconds() % int.MaxValue,
                ["decoded_payload"] = new JsonObject { ["temperature"] = 4.5, ["battery"] = 90 },
                ["rx_metadata"] = new JsonArray(new JsonObject { ["rssi"] = -80, ["snr"] = 7.5 }),
                ["received_at"] = at,
            },
        };
    }

    // The API may keep less than the uplink's 100 ns; PostgreSQL keeps microseconds.
    private static bool IsAt(JsonNode reading, DateTimeOffset receivedAt)
    {
        var text = reading["recorded_at"]?.GetValue<string>();
        return text is not null && (DateTimeOffset.Parse(text) - receivedAt).Duration() < TimeSpan.FromMilliseconds(1);
    }

    private static async Task<JsonArray> ReadingsAsync(
        HttpClient client,
        TestSensor sensor,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var path =
            $"api/orgs/{sensor.Organization}/sites/{sensor.Site}/areas/{sensor.Area}/units/{sensor.Unit}"
            + $"/readings?limit={limit}";
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"GET /{path} answered {(int)response.StatusCode}, expected 200: {body}");
        }

        var json = JsonNode.Parse(body);
        return json as JsonArray
            ?? json?["data"] as JsonArray
            ?? throw new JsonException($"GET /{path} answered no list of readings.");
    }

    private static async Task<HttpClient> SignedInAsync(
        RunContext run,
        TestSensor sensor,
        CancellationToken cancellationToken
    )
    {
        var stackAuth =
            run.Environment.StackAuth
            ?? throw new RefusedException("No Stack Auth was named, so no user can sign in. Give its address.");
        var session = await stackAuth.CreateSessionAsync(sensor.User, TimeSpan.FromMinutes(15), cancellationToken);
        var client = Client(run);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.AccessToken);
        return client;
    }

    private static HttpClient Client(RunContext run) =>
        new() { BaseAddress = run.Api.Value, Timeout = TimeSpan.FromSeconds(30) };
}
