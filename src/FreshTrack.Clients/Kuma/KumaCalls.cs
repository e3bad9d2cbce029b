using System.Text.Json.Nodes;

namespace FreshTrack.Clients.Kuma;

/// <summary>Calls whose answer says whether it was done. It is judged by its <c>ok</c> alone: the texts differ between
/// versions and languages.</summary>
internal sealed class KumaCalls(KumaSocket socket, KumaAccount account)
{
    private const int LongestShown = 200;

    /// <summary>Before the reason, the server's database says which statement failed, with all its values.</summary>
    private const string AfterStatement = " - ";

    /// <exception cref="KumaException">It was refused, or the answer is none.</exception>
    public async Task<JsonObject> DoAsync(
        string purpose,
        string name,
        CancellationToken cancellationToken,
        params object?[] arguments
    )
    {
        var answer = await AskAsync(name, cancellationToken, arguments);
        return IsOk(answer) ? answer : throw Refused(purpose, answer);
    }

    /// <returns>The answer, whatever it says.</returns>
    /// <exception cref="KumaException">The answer is not an object.</exception>
    public async Task<JsonObject> AskAsync(
        string name,
        CancellationToken cancellationToken,
        params object?[] arguments
    ) => await socket.CallAsync(name, cancellationToken, arguments) as JsonObject ?? throw Nonsense($"to '{name}'");

    public static bool IsOk(JsonObject answer) =>
        answer["ok"] is JsonValue value && value.TryGetValue<bool>(out var ok) && ok;

    /// <summary>The whole number that an answer holds.</summary>
    /// <exception cref="KumaException">It holds none.</exception>
    public int Number(JsonObject answer, string key) =>
        answer[key] is JsonValue value && value.TryGetValue<int>(out var number)
            ? number
            : throw Nonsense($"without '{key}'");

    /// <summary>The object that an answer holds.</summary>
    /// <exception cref="KumaException">It holds none.</exception>
    public JsonObject Object(JsonObject answer, string key) =>
        answer[key] as JsonObject ?? throw Nonsense($"without '{key}'");

    public KumaException Refused(string purpose, JsonObject answer) =>
        new($"Uptime Kuma at {account.Address} refused to {purpose}: {Reason(answer)}.");

    public KumaException Nonsense(string what) =>
        new(
            $"What Uptime Kuma at {account.Address} answered {what} is not understood. Is this address an Uptime Kuma "
                + $"{KumaVersion.Expected}?"
        );

    /// <summary>What the server says, without values of a statement, without the password, and cut.</summary>
    public string Reason(JsonObject answer)
    {
        var text =
            answer["msg"] is JsonValue value && value.TryGetValue<string>(out var said) ? said : "no reason given";
        var reason = text[(text.LastIndexOf(AfterStatement) is var end and >= 0 ? end + AfterStatement.Length : 0)..];
        var shown = reason.Replace(account.Password, "***").Trim().TrimEnd('.');
        return shown.Length > LongestShown ? shown[..LongestShown] : shown;
    }
}
