using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FreshTrack.Clients.SupabaseAuth;

/// <summary>The calls of Supabase Auth's admin API that the freeze's proof and a return need.</summary>
/// <param name="http">Its base address is that of the service: <c>https://PROJECT.supabase.co/auth/v1/</c>, with the
/// slash at its end.</param>
/// <param name="serviceKey">The project's <c>service_role</c> token or a secret key (<c>sb_secret_…</c>).</param>
public sealed class SupabaseAuthClient(HttpClient http, string serviceKey)
{
    private const string DatabaseRefused = "Database error";
    private const int LongestAnswerShown = 300;
    private const int Reads = 20;
    private const string HundredYears = "876000h";

    /// <summary>Tries to create a user with an address of the reserved domain <c>example.invalid</c>, to which no mail
    /// can be sent, and deletes it again when it was created.</summary>
    /// <remarks>
    /// A service whose database is down, or whose sessions were ended, fails with the same words as one whose write is
    /// refused. So it has to read just before it writes, and a refusal counts when it comes twice. A service that could
    /// not create users before the freeze either proves nothing: ask it then as well.
    /// </remarks>
    public async Task<ServiceWriteAttempt> AttemptWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            var attempt = await ReadAndWriteAsync(cancellationToken);
            return attempt.Outcome == ServiceWriteOutcome.Refused
                ? await ReadAndWriteAsync(cancellationToken)
                : attempt;
        }
        catch (HttpRequestException error)
        {
            return NotTried($"it cannot be reached: {error.Message}");
        }
        catch (TaskCanceledException error) when (error.InnerException is TimeoutException)
        {
            // HttpClient's own timeout; only the caller's token is a cancellation.
            return NotTried($"it did not answer within {http.Timeout.TotalSeconds} s");
        }
    }

    /// <summary>Creates a user with a confirmed or unconfirmed address and without a password: one that nobody knows is
    /// made up by the service.</summary>
    /// <param name="mark">Kept in the user's <c>app_metadata</c>, by which a repeated call's caller finds its
    /// own.</param>
    /// <returns>The service's id; null when another user has the address.</returns>
    /// <exception cref="SupabaseAuthException">The service was not reached, or refused.</exception>
    public async Task<Guid?> CreateUserAsync(
        NewSupabaseUser user,
        IReadOnlyDictionary<string, string> mark,
        CancellationToken cancellationToken
    )
    {
        var body = new JsonObject
        {
            ["email"] = user.Email,
            ["email_confirm"] = user.IsConfirmed,
            ["user_metadata"] = user.Metadata is { } metadata ? JsonNode.Parse(metadata) : new JsonObject(),
            ["app_metadata"] = new JsonObject(
                mark.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))
            ),
        };
        var (status, text) = await CallAsync(
            HttpMethod.Post,
            "admin/users",
            body,
            "creating a user",
            cancellationToken
        );
        if (status == HttpStatusCode.UnprocessableEntity && IsTaken(text))
        {
            return null;
        }

        return status == HttpStatusCode.OK && Guid.TryParse(Text(text, "id"), out var id)
            ? id
            : throw Failed("creating a user", status, text);
    }

    /// <summary>Changes a user's address, with its identity: signing in and resetting a password go by both.</summary>
    /// <exception cref="SupabaseAuthException">The service was not reached, or refused.</exception>
    public Task ChangeEmailAsync(Guid id, string email, CancellationToken cancellationToken) =>
        ChangeAsync(id, new JsonObject { ["email"] = email, ["email_confirm"] = true }, cancellationToken);

    /// <summary>Bars a user from signing in for a hundred years; nothing of the user is lost.</summary>
    /// <exception cref="SupabaseAuthException">The service was not reached, or refused.</exception>
    public Task BarAsync(Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(id, new JsonObject { ["ban_duration"] = HundredYears }, cancellationToken);

    /// <summary>Deletes a user; does nothing where there is none.</summary>
    /// <exception cref="SupabaseAuthException">The service was not reached, or refused.</exception>
    public async Task DeleteUserAsync(Guid id, CancellationToken cancellationToken)
    {
        var what = $"deleting user {id}";
        var (status, text) = await CallAsync(HttpMethod.Delete, $"admin/users/{id}", [], what, cancellationToken);
        if (status is not (HttpStatusCode.OK or HttpStatusCode.NotFound))
        {
            throw Failed(what, status, text);
        }
    }

    private async Task ChangeAsync(Guid id, JsonObject changes, CancellationToken cancellationToken)
    {
        var what = $"changing user {id}";
        var (status, text) = await CallAsync(HttpMethod.Put, $"admin/users/{id}", changes, what, cancellationToken);
        if (status != HttpStatusCode.OK)
        {
            throw Failed(what, status, text);
        }
    }

    private async Task<(HttpStatusCode Status, string Body)> CallAsync(
        HttpMethod method,
        string path,
        JsonObject body,
        string what,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await SendAsync(method, path, body, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new SupabaseAuthException($"Supabase Auth at {http.BaseAddress}: {what}: {error.Message}", error);
        }
        catch (TaskCanceledException error) when (error.InnerException is TimeoutException)
        {
            throw new SupabaseAuthException(
                $"Supabase Auth at {http.BaseAddress}: {what}: no answer within {http.Timeout.TotalSeconds} s.",
                error
            );
        }
    }

    // Older versions say it in words alone.
    private static bool IsTaken(string body) =>
        Text(body, "error_code") == "email_exists" || Text(body, "msg")?.Contains("already been registered") == true;

    private SupabaseAuthException Failed(string what, HttpStatusCode status, string body) =>
        new($"Supabase Auth at {http.BaseAddress}: {what} was answered {Shown(status, body)}.");

    private async Task<ServiceWriteAttempt> ReadAndWriteAsync(CancellationToken cancellationToken)
    {
        var (status, body) = (HttpStatusCode.InternalServerError, "");
        // A freeze ends the service's sessions, and it learns that of one after the other.
        for (var read = 0; read < Reads && status == HttpStatusCode.InternalServerError; read++)
        {
            (status, body) = await SendAsync(HttpMethod.Get, "admin/users?page=1&per_page=1", null, cancellationToken);
        }

        return status == HttpStatusCode.OK
            ? await CreateAsync()
            : NotTried($"reading users answered {Shown(status, body)}");
    }

    // Not to be cancelled: a user who was created is deleted again.
    private async Task<ServiceWriteAttempt> CreateAsync()
    {
        var email = $"freshtrack-freeze-{Guid.CreateVersion7():N}@example.invalid";
        var user = new JsonObject { ["email"] = email, ["email_confirm"] = true };
        try
        {
            var (status, body) = await SendAsync(HttpMethod.Post, "admin/users", user, CancellationToken.None);
            if (status == HttpStatusCode.InternalServerError && Text(body, "msg")?.StartsWith(DatabaseRefused) == true)
            {
                return new ServiceWriteAttempt(ServiceWriteOutcome.Refused, Shown(status, body));
            }

            if ((int)status is < 200 or > 299)
            {
                return NotTried($"creating a user answered {Shown(status, body)}; {Perhaps(email)}");
            }

            return Guid.TryParse(Text(body, "id"), out var id)
                ? await DeleteAsync(id)
                : NotTried($"creating a user answered what is no user: {Shown(status, body)}; {Perhaps(email)}");
        }
        catch (HttpRequestException error)
        {
            return NotTried($"creating a user got no answer: {error.Message}; {Perhaps(email)}");
        }
        catch (TaskCanceledException error) when (error.InnerException is TimeoutException)
        {
            return NotTried($"creating a user got no answer within {http.Timeout.TotalSeconds} s; {Perhaps(email)}");
        }
    }

    private async Task<ServiceWriteAttempt> DeleteAsync(Guid id)
    {
        try
        {
            var (status, body) = await SendAsync(HttpMethod.Delete, $"admin/users/{id}", null, CancellationToken.None);
            return status == HttpStatusCode.OK
                ? new ServiceWriteAttempt(ServiceWriteOutcome.Accepted, $"user {id} was created, and deleted again")
                : Left(id, $"deleting it answered {Shown(status, body)}");
        }
        catch (HttpRequestException error)
        {
            return Left(id, error.Message);
        }
        catch (TaskCanceledException error) when (error.InnerException is TimeoutException)
        {
            return Left(id, $"there was no answer within {http.Timeout.TotalSeconds} s");
        }
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(
        HttpMethod method,
        string path,
        JsonObject? body,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        request.Headers.Add("apikey", serviceKey);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", serviceKey);
        using var response = await http.SendAsync(request, cancellationToken);
        var text = response.Headers.Location is { } elsewhere
            ? $"moved to {elsewhere}"
            : await response.Content.ReadAsStringAsync(cancellationToken);
        return (response.StatusCode, text);
    }

    private ServiceWriteAttempt NotTried(string why) =>
        new(ServiceWriteOutcome.NotTried, $"Supabase Auth at {http.BaseAddress}: {why}");

    private static ServiceWriteAttempt Left(Guid id, string why) =>
        new(ServiceWriteOutcome.Accepted, $"user {id} was created and not deleted: {why}", id);

    private static string Perhaps(string email) => $"delete the user {email} if it exists";

    // Before it is cut, or a part of the key could be left.
    private string Shown(HttpStatusCode status, string body)
    {
        var text = body.Replace(serviceKey, "***");
        return $"{(int)status}: {(text.Length > LongestAnswerShown ? text[..LongestAnswerShown] : text)}";
    }

    private static string? Text(string body, string name)
    {
        try
        {
            return
                JsonNode.Parse(body) is JsonObject json
                && json[name] is JsonValue value
                && value.TryGetValue<string>(out var text)
                ? text
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
