using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FreshTrack.Cutover.Canary;

/// <summary>Calls of the new API about the canary organization.</summary>
internal sealed class CanaryApi : IDisposable
{
    private const int LongestAnswerShown = 300;

    private readonly HttpClient http;

    /// <param name="client">Whose base address is the API's.</param>
    /// <param name="token">Of the person who calls; null for a sensor, or for nobody.</param>
    public CanaryApi(HttpClient client, string? token)
    {
        http = client;
        http.Timeout = TimeSpan.FromSeconds(30);
        http.DefaultRequestHeaders.Authorization = token is null
            ? null
            : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <returns>Status and body, whatever they are.</returns>
    /// <exception cref="SmokeFailedException">There was no answer.</exception>
    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, Relative(path)), cancellationToken);

    /// <exception cref="SmokeFailedException">There was no answer, or another status.</exception>
    public async Task<JsonNode> GetAsync(string path, HttpStatusCode expected, CancellationToken cancellationToken) =>
        (await GetAsync(path, cancellationToken)).Demand(expected);

    /// <exception cref="SmokeFailedException">There was no answer, or another status.</exception>
    public async Task<JsonNode> PostAsync(
        string path,
        JsonObject body,
        HttpStatusCode expected,
        CancellationToken cancellationToken
    ) =>
        (
            await SendAsync(
                new HttpRequestMessage(HttpMethod.Post, Relative(path)) { Content = JsonContent.Create(body) },
                cancellationToken
            )
        ).Demand(expected);

    /// <summary>Sends what The Things Stack would send for the canary's sensor.</summary>
    /// <returns>The id of the reading.</returns>
    /// <exception cref="SmokeFailedException">It was refused, or became no reading.</exception>
    public async Task<Guid> SendUplinkAsync(
        string secret,
        double celsius,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Relative("api/webhooks/ttn"))
        {
            Content = JsonContent.Create(Uplink(celsius, at)),
        };
        request.Headers.Add("X-Webhook-Secret", secret);
        var answer = await SendAsync(request, cancellationToken);
        var id = answer.Demand(HttpStatusCode.OK)["reading_id"]?.ToString();
        return Guid.TryParse(id, out var reading)
            ? reading
            : throw new SmokeFailedException($"{answer.Request} made no reading: {answer.Shown}");
    }

    public void Dispose() => http.Dispose();

    private static JsonObject Uplink(double celsius, DateTimeOffset at) =>
        new()
        {
            ["end_device_ids"] = new JsonObject { ["device_id"] = CanaryIds.Device, ["dev_eui"] = CanaryIds.DevEui },
            ["received_at"] = at.ToString("O"),
            ["uplink_message"] = new JsonObject
            {
                ["f_port"] = 2,
                ["f_cnt"] = at.ToUnixTimeSeconds() % int.MaxValue,
                ["decoded_payload"] = new JsonObject { ["temperature"] = celsius, ["battery"] = 90 },
                ["rx_metadata"] = new JsonArray(new JsonObject { ["rssi"] = -80, ["snr"] = 7.5 }),
                ["received_at"] = at.ToString("O"),
            },
        };

    private async Task<ApiAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            var what = $"{request.Method} /{request.RequestUri}";
            try
            {
                using var response = await http.SendAsync(request, cancellationToken);
                var body = await response.Content.ReadAsStringAsync(cancellationToken);
                return new ApiAnswer(what, response.StatusCode, body);
            }
            catch (HttpRequestException error)
            {
                throw new SmokeFailedException($"{what} got no answer: {error.Message.TrimEnd('.')}");
            }
            catch (TaskCanceledException error) when (error.InnerException is TimeoutException)
            {
                throw new SmokeFailedException($"{what} got no answer within {http.Timeout.TotalSeconds:0} s");
            }
        }
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    /// <param name="Request">What was asked: <c>GET /health</c>.</param>
    internal sealed record ApiAnswer(string Request, HttpStatusCode Status, string Body)
    {
        public string Shown => Body.Length > LongestAnswerShown ? Body[..LongestAnswerShown] : Body;

        /// <exception cref="SmokeFailedException">It has another status, or is no JSON.</exception>
        public JsonNode Demand(HttpStatusCode expected)
        {
            if (Status != expected)
            {
                throw new SmokeFailedException($"{Request} answered {(int)Status}, expected {(int)expected}: {Shown}");
            }

            try
            {
                return JsonNode.Parse(Body) ?? throw new SmokeFailedException($"{Request} answered null");
            }
            catch (JsonException)
            {
                throw new SmokeFailedException($"{Request} answered what is not JSON: {Shown}");
            }
        }
    }
}
