using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>The users of a Stack Auth project in memory, behind the two calls that a move makes.</summary>
internal sealed class StackAuthUsers : HttpMessageHandler
{
    private readonly Lock gate = new();
    private readonly List<JsonObject> users = [];

    /// <summary>Answers to give before any real one, in order.</summary>
    public Queue<HttpStatusCode> Trouble { get; } = new();

    /// <summary>Users that are created before the connection is cut.</summary>
    public int AnswersToLose { get; set; }

    public int Count => users.Count;

    public IEnumerable<string> Bodies => users.Select(user => user.ToJsonString());

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var body = request.Content is null
            ? null
            : await request.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        lock (gate)
        {
            if (body is not null && Trouble.TryDequeue(out var status))
            {
                return new HttpResponseMessage(status) { Content = new StringContent("trouble") };
            }

            if (request.Method == HttpMethod.Delete)
            {
                users.RemoveAll(user => request.RequestUri!.AbsolutePath.EndsWith($"/{user["id"]}"));
                return Answer(HttpStatusCode.OK, new JsonObject { ["success"] = true });
            }

            if (body is not null)
            {
                body["id"] = Guid.CreateVersion7().ToString();
                users.Add(body);
                if (AnswersToLose > 0)
                {
                    AnswersToLose--;
                    throw new HttpRequestException("The connection was cut.");
                }

                return Answer(HttpStatusCode.Created, body.DeepClone());
            }

            var query = System.Web.HttpUtility.ParseQueryString(request.RequestUri!.Query);
            var start = int.Parse(query["cursor"] ?? "0");
            // Users without a verified address are restricted, and are shown to whoever asks for them.
            var shown = users
                .Where(user => query["include_restricted"] == "true" || (bool)user["primary_email_verified"]!)
                .ToList();
            var page = shown.Skip(start).Take(7).Select(user => user.DeepClone()).ToArray();
            var next = start + page.Length < shown.Count ? (start + page.Length).ToString() : null;
            return Answer(
                HttpStatusCode.OK,
                new JsonObject
                {
                    ["items"] = new JsonArray(page),
                    ["pagination"] = new JsonObject { ["next_cursor"] = next },
                }
            );
        }
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, JsonNode body) =>
        new(status) { Content = JsonContent.Create(body) };
}
