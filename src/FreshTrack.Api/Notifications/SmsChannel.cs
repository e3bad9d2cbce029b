using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FreshTrack.Api.Notifications;

/// <summary>The body of Telnyx's <c>POST /v2/messages</c>.</summary>
internal sealed record TelnyxMessage(string From, string To, string Text);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TelnyxMessage))]
internal sealed partial class TelnyxJson : JsonSerializerContext;

/// <summary>Text messages through Telnyx's API v2.</summary>
internal sealed class SmsChannel(TelnyxOptions options, HttpClient http) : IChannel, IDisposable
{
    public string Name => "sms";

    public async Task<SendOutcome> SendAsync(Delivery delivery, string address, CancellationToken cancellationToken)
    {
        if (PhoneNumber.Parse(address) is not { } number)
        {
            return SendOutcome.Rejected(
                "The recipient's phone number is not an international one such as +15550100100. "
                    + "Correct it in their profile or contact."
            );
        }

        var body = JsonSerializer.Serialize(
            new TelnyxMessage(options.From, number, MessageText.Sms(delivery.News)),
            TelnyxJson.Default.TelnyxMessage
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Url, "/v2/messages"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.Timeout);
        try
        {
            using var response = await http.SendAsync(request, limited.Token);
            return Outcome(response.StatusCode);
        }
        catch (HttpRequestException exception)
            when (exception.HttpRequestError
                    is HttpRequestError.ConnectionError
                        or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError
                        or HttpRequestError.ProxyTunnelError
            )
        {
            return SendOutcome.Deferred($"Telnyx could not be reached ({exception.HttpRequestError}).");
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return SendOutcome.Unknown(
                "The connection to Telnyx ended before it answered; the message may have been sent."
            );
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>A gateway's time-out says nothing about the service behind it; every other answer does.</summary>
    private static SendOutcome Outcome(HttpStatusCode status) =>
        status switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => SendOutcome.Sent,
            HttpStatusCode.GatewayTimeout => SendOutcome.Unknown(
                "Telnyx answered 504; the message may have been sent."
            ),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                SendOutcome.Deferred($"Telnyx answered {(int)status}."),
            // The key can be put right while we wait.
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => SendOutcome.Deferred(
                $"Telnyx refused our key ({(int)status})."
            ),
            _ => SendOutcome.Rejected($"Telnyx answered {(int)status}."),
        };
}
