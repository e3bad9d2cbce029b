using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Polly;

namespace FreshTrack.Clients.StackAuth;

/// <summary>The calls of Stack Auth's server API that a move and its validation need.</summary>
/// <param name="http">Its base address is the server's root.</param>
/// <param name="time">Measures the pauses between repeated calls; the system's when null.</param>
public sealed class StackAuthClient(HttpClient http, string project, string serverKey, TimeProvider? time = null)
{
    private const int PageSize = 200;
    private const string IdKey = "supabase_id";

    private readonly StackAuthCalls calls = new(http, project, StackAuthAccess.Server, serverKey);
    private readonly Repetition repetition = new(time ?? TimeProvider.System);

    /// <summary>Every user but anonymous ones: the restricted users, whose address was never verified, are among them,
    /// or a second run would create them again.</summary>
    /// <exception cref="StackAuthException">Stack Auth is down,
    /// refuses the key or answers something else than users.</exception>
    public async IAsyncEnumerable<StackUser> ListUsersAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? cursor = null;
        do
        {
            var next = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var path = $"api/v1/users?include_restricted=true&limit={PageSize}{next}";
            var page = await calls.SendAsync<PageMessage>(
                repetition.Always,
                () => calls.Request(HttpMethod.Get, path),
                cancellationToken
            );
            foreach (var user in page.Items ?? throw calls.Nonsense("a page without items"))
            {
                yield return Read(user);
            }

            if (cursor is not null && cursor == page.Pagination?.NextCursor)
            {
                throw calls.Nonsense("a page that is followed by itself");
            }

            cursor = page.Pagination?.NextCursor;
        } while (cursor is not null);
    }

    /// <summary>Creates a user without a password, who signs in with the address: only then do a code and a password
    /// reset by mail reach them. Not repeated by itself after a lost answer: the user may exist, and the server may
    /// create a second one with the same address.</summary>
    /// <exception cref="StackAuthException">The user was not created, or the answer was lost.</exception>
    public async Task<StackUser> CreateUserAsync(SourceUser user, CancellationToken cancellationToken)
    {
        var body = new NewUserMessage(
            user.Email,
            user.EmailVerified,
            PrimaryEmailAuthEnabled: true,
            user.DisplayName,
            new JsonObject { [IdKey] = user.Id.ToString() },
            RestrictedByAdmin: user.Restriction is not null,
            user.Restriction
        );
        var created = await calls.SendAsync<UserMessage>(
            repetition.Throttled,
            () => calls.Request(HttpMethod.Post, "api/v1/users", JsonContent.Create(body)),
            cancellationToken
        );
        return Read(created) with { SupabaseId = user.Id };
    }

    /// <summary>Makes an account that is there already the one of a user who moves: the account signs in with its
    /// address, and is restricted where the user was. What else it has stays. May be repeated.</summary>
    /// <exception cref="StackAuthException">The account is gone, belongs to another user of the source, or was not
    /// changed.</exception>
    public async Task<StackUser> AdoptUserAsync(Guid account, SourceUser user, CancellationToken cancellationToken)
    {
        var path = $"api/v1/users/{account}";
        var found = await calls.SendAsync<UserMessage>(
            repetition.Always,
            () => calls.Request(HttpMethod.Get, path),
            cancellationToken
        );
        if (SupabaseId(found) is { } other && other != user.Id)
        {
            throw new StackAuthException(
                $"User {account} of Stack Auth belongs to Supabase user {other} by now, expected none or {user.Id}."
            );
        }

        // The server puts what it is given in place of all metadata.
        var metadata = found.ServerMetadata?.DeepClone().AsObject() ?? [];
        metadata[IdKey] = user.Id.ToString();
        var body = new JsonObject { ["server_metadata"] = metadata };
        if (found.PrimaryEmail is not null)
        {
            body["primary_email_auth_enabled"] = true;
        }

        if (user.Restriction is { } reason)
        {
            body["restricted_by_admin"] = true;
            body["restricted_by_admin_reason"] = reason;
        }

        return Read(
            await calls.SendAsync<UserMessage>(
                repetition.Always,
                () => calls.Request(HttpMethod.Patch, path, JsonContent.Create(body)),
                cancellationToken
            )
        );
    }

    /// <summary>Deletes a user and their sessions.</summary>
    /// <exception cref="StackAuthException">Stack Auth is down, or has no such user.</exception>
    public Task DeleteUserAsync(Guid user, CancellationToken cancellationToken) =>
        calls.SendAsync<JsonObject>(
            repetition.Throttled,
            () => calls.Request(HttpMethod.Delete, $"api/v1/users/{user}"),
            cancellationToken
        );

    /// <summary>Signs a user in on the server's authority.</summary>
    /// <param name="life">Of the session. An access token lives as the server is set, ten minutes by
    /// default.</param>
    /// <exception cref="StackAuthException">There is no session.</exception>
    public Task<StackSession> CreateSessionAsync(Guid user, TimeSpan life, CancellationToken cancellationToken) =>
        SessionAsync(repetition.Always, user, life, cancellationToken);

    /// <summary>Signs a user in at once and tries it once: under load, what the server does is measured, not this
    /// client's patience.</summary>
    /// <inheritdoc cref="CreateSessionAsync"/>
    public Task<StackSession> SignInAsync(Guid user, TimeSpan life, CancellationToken cancellationToken) =>
        SessionAsync(pipeline: null, user, life, cancellationToken);

    /// <summary>Gives a session another access token.</summary>
    /// <exception cref="StackAuthException">The session has ended.</exception>
    public async Task<string> RefreshAsync(StackSession session, CancellationToken cancellationToken)
    {
        var refreshed = await calls.SendAsync<AccessTokenMessage>(
            repetition.Always,
            () =>
            {
                var request = calls.Request(HttpMethod.Post, "api/v1/auth/sessions/current/refresh");
                request.Headers.Add("X-Stack-Refresh-Token", session.RefreshToken);
                return request;
            },
            cancellationToken
        );
        return refreshed.AccessToken;
    }

    private async Task<StackSession> SessionAsync(
        ResiliencePipeline<HttpResponseMessage>? pipeline,
        Guid user,
        TimeSpan life,
        CancellationToken cancellationToken
    )
    {
        var body = new NewSessionMessage(user, (long)life.TotalMilliseconds);
        var session = await calls.SendAsync<SessionMessage>(
            pipeline,
            () => calls.Request(HttpMethod.Post, "api/v1/auth/sessions", JsonContent.Create(body)),
            cancellationToken
        );
        return new StackSession(session.AccessToken, session.RefreshToken);
    }

    private static StackUser Read(UserMessage user) =>
        new(user.Id, SupabaseId(user), user.PrimaryEmail?.ToLowerInvariant(), user.PrimaryEmailVerified);

    private static Guid? SupabaseId(UserMessage user) =>
        user.ServerMetadata?[IdKey] is JsonValue value
        && value.TryGetValue<string>(out var text)
        && Guid.TryParse(text, out var id)
            ? id
            : null;
}
