using System.Text.Json.Nodes;

namespace FreshTrack.Clients.Kuma;

/// <summary>Opens connections to one server. The first is signed in with the password, every later one with the token
/// that the server gave then: it allows 20 passwords a minute, whoever sends them. The token stays in memory.</summary>
public sealed class KumaLogin(KumaAccount account)
{
    private static readonly Dictionary<string, Func<JsonNode, bool>> Wanted = new()
    {
        // The first one comes before the sign-in, without a version.
        ["info"] = info => info is JsonObject && info["version"] is not null,
        [KumaLists.MonitorEvent] = _ => true,
        [KumaLists.NotificationEvent] = _ => true,
        [KumaLists.MaintenanceEvent] = _ => true,
        [KumaLists.PageEvent] = _ => true,
    };

    private string? token;

    public KumaAccount Account => account;

    /// <summary>Signs in. On a server that was never used, the account is made its administrator first.</summary>
    /// <exception cref="KumaException">The server cannot be reached, was set up with another user or password, or is of
    /// a version that this client does not speak.</exception>
    public async Task<KumaClient> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = await KumaSocket.OpenAsync(account, Wanted, cancellationToken);
        try
        {
            var calls = new KumaCalls(socket, account);
            if (token is null || !await TryTokenAsync(calls, token, cancellationToken))
            {
                await SetUpAsync(socket, calls, cancellationToken);
                token = await SignInAsync(calls, cancellationToken);
            }

            RequireVersion(await socket.EventAsync("info", cancellationToken));
            return new KumaClient(socket, calls, await KumaLists.ReadAsync(socket, calls, cancellationToken));
        }
        catch
        {
            await socket.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> TryTokenAsync(KumaCalls calls, string token, CancellationToken cancellationToken) =>
        KumaCalls.IsOk(await calls.AskAsync("loginByToken", cancellationToken, token));

    private async Task SetUpAsync(KumaSocket socket, KumaCalls calls, CancellationToken cancellationToken)
    {
        // The one answer without an object around it.
        if (
            await socket.CallAsync("needSetup", cancellationToken) is not JsonValue answer
            || !answer.TryGetValue<bool>(out var isNew)
        )
        {
            throw calls.Nonsense("to 'needSetup'");
        }

        if (isNew)
        {
            await calls.DoAsync(
                $"make {account.User} its administrator",
                "setup",
                cancellationToken,
                account.User,
                account.Password
            );
        }
    }

    private async Task<string> SignInAsync(KumaCalls calls, CancellationToken cancellationToken)
    {
        var credentials = new JsonObject { ["username"] = account.User, ["password"] = account.Password };
        var answer = await calls.AskAsync("login", cancellationToken, credentials);
        if (answer["tokenRequired"] is not null)
        {
            throw new KumaException(
                $"Uptime Kuma at {account.Address} asks {account.User} for a second factor, which nobody can type "
                    + "here. Switch two-factor authentication off under Settings, Security, and run again."
            );
        }

        if (!KumaCalls.IsOk(answer))
        {
            throw new KumaException(
                $"Uptime Kuma at {account.Address} refuses user {account.User} or the password "
                    + $"('{calls.Reason(answer)}'). If it was set up by hand, put its user into the environment and "
                    + "its password into the secret file, or set another one with 'npm run reset-password' in its "
                    + "container, and run again."
            );
        }

        return answer["token"] is JsonValue value && value.TryGetValue<string>(out var given)
            ? given
            : throw calls.Nonsense("without 'token'");
    }

    private void RequireVersion(JsonNode info)
    {
        var version = info["version"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "unknown";
        if (!KumaVersion.IsSpoken(version))
        {
            throw new KumaException(
                $"Uptime Kuma at {account.Address} is version {version}; expected {KumaVersion.Expected}, whose calls "
                    + "this program knows. Nothing was changed. Run the image louislam/uptime-kuma:1."
            );
        }
    }
}
