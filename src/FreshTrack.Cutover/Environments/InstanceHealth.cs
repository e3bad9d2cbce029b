using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FreshTrack.Cutover.Environments;

/// <summary>What one instance of the API says of itself.</summary>
/// <param name="Instance">Its name: <c>api-a</c>.</param>
/// <param name="Status">Null where it gave no answer.</param>
/// <param name="Text">The answer's body, or why there is none.</param>
public sealed record InstanceHealth(string Instance, HttpStatusCode? Status, string Text)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>False for one that was stopped or never started: it serves nobody.</summary>
    public bool Runs { get; init; } = true;

    /// <summary>The answer; null where there was none, or none in JSON. A degraded system answers 503 and says the
    /// same.</summary>
    public JsonNode? Answer
    {
        get
        {
            try
            {
                return Status is null ? null : JsonNode.Parse(Text);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>Asks an instance whose own address is reached from here.</summary>
    /// <param name="address">Without a path.</param>
    public static async Task<InstanceHealth> AskAsync(string instance, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(address, "health"), cancellationToken);
            return new InstanceHealth(
                instance,
                response.StatusCode,
                await response.Content.ReadAsStringAsync(cancellationToken)
            );
        }
        catch (HttpRequestException e)
        {
            return new InstanceHealth(instance, Status: null, e.Message);
        }
        catch (TaskCanceledException e) when (e.InnerException is TimeoutException)
        {
            return new InstanceHealth(instance, Status: null, $"no answer within {Http.Timeout.TotalSeconds:0} s");
        }
    }

    public override string ToString() =>
        Status is null ? $"{Instance} gives no answer ({Text})" : $"{Instance} answers {(int)Status}: {Text}";
}
