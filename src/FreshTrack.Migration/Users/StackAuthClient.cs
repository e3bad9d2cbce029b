using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Polly;
using Polly.Retry;

namespace FreshTrack.Migration.Users;

/// <param name="Id">Of Stack Auth.</param>
/// <param name="SupabaseId">Out of the server metadata; null for users that were not created by a move.</param>
public sealed record StackUser(Guid Id, Guid? SupabaseId);

/// <summary>The calls of Stack Auth's server API that a move and its validation need.</summary>
/// <param name="http">Its base address is the server's root.</param>
/// <param name="time">Measures the pauses between repeated calls; the system's when null.</param>
public sealed class StackAuthClient(HttpClient http, string project, string serverKey, TimeProvider? time = null)
{
    private const int PageSize = 200;
    private const string IdKey = "supabase_id";

    private const int CallsPerSecond = 50;

    // One for the process: the server counts its callers, not their objects.
    private static readonly TokenBucketRateLimiter Pace = new(
        new TokenBucketRateLimiterOptions
        {
            TokenLimit = CallsPerSecond,
            TokensPerPeriod = CallsPerSecond / 10,
            ReplenishmentPeriod = TimeSpan.FromSeconds(0.1),
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    // 429 says that nothing was done, so that any call may be repeated after it.
    private readonly ResiliencePipeline<HttpResponseMessage> throttled = Pipeline(
        response => response.StatusCode == HttpStatusCode.TooManyRequests,
        failures: false,
        time
    );

    // Reading may be repeated after anything.
    private readonly ResiliencePipeline<HttpResponseMessage> repeated = Pipeline(
        response => response.StatusCode == HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500,
        failures: true,
        time
    );

    /// <exception cref="MigrationException">Stack Auth is down,
    /// refuses the key or answers something else than users.</exception>
    public async IAsyncEnumerable<StackUser> ListUsersAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? cursor = null;
        do
        {
            var path =
                $"api/v1/users?limit={PageSize}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}";
            var page = await SendAsync<Page>(repeated, () => Request(HttpMethod.Get, path), cancellationToken);
            foreach (var user in page.Items ?? throw Nonsense("a page without items"))
            {
                yield return new StackUser(user.Id, SupabaseId(user));
            }

            cursor = page.Pagination?.NextCursor;
        } while (cursor is not null);
    }

    /// <summary>Creates a user without a password.
    /// Not repeated by itself after a lost answer: the user may exist.</summary>
    public async Task<StackUser> CreateUserAsync(SourceUser user, CancellationToken cancellationToken)
    {
        var body = new NewUser(
            user.Email,
            user.EmailVerified,
            user.DisplayName,
            new JsonObject { [IdKey] = user.Id.ToString() }
        );
        var created = await SendAsync<User>(
            throttled,
            () => Request(HttpMethod.Post, "api/v1/users", JsonContent.Create(body)),
            cancellationToken
        );
        return new StackUser(created.Id, user.Id);
    }

    /// <summary>Signs a user in on the server's authority, for as long as it takes to try the new system out.</summary>
    /// <returns>The access token.</returns>
    public Task<string> CreateSessionAsync(Guid user, TimeSpan expiresIn, CancellationToken cancellationToken) =>
        SessionAsync(repeated, user, expiresIn, cancellationToken);

    /// <summary>Signs a user in at once and tries it once: under load, what the server does is measured, not this
    /// client's patience.</summary>
    /// <inheritdoc cref="CreateSessionAsync"/>
    public Task<string> SignInAsync(Guid user, TimeSpan expiresIn, CancellationToken cancellationToken) =>
        SessionAsync(pipeline: null, user, expiresIn, cancellationToken);

    private async Task<string> SessionAsync(
        ResiliencePipeline<HttpResponseMessage>? pipeline,
        Guid user,
        TimeSpan expiresIn,
        CancellationToken cancellationToken
    )
    {
        var body = new NewSession(user, (long)expiresIn.TotalMilliseconds);
        var session = await SendAsync<Session>(
            pipeline,
            () => Request(HttpMethod.Post, "api/v1/auth/sessions", JsonContent.Create(body)),
            cancellationToken
        );
        return session.AccessToken;
    }

    /// <param name="pipeline">When it is tried again, each time in its turn; null tries it once, at once.</param>
    private async Task<T> SendAsync<T>(
        ResiliencePipeline<HttpResponseMessage>? pipeline,
        Func<HttpRequestMessage> request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var response = pipeline is null
                ? await OnceAsync(cancellationToken)
                : await pipeline.ExecuteAsync(InTurnAsync, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                var text = await response.Content.ReadAsStringAsync(cancellationToken);
                throw new MigrationException(
                    $"Stack Auth at {http.BaseAddress} answered {(int)response.StatusCode}: "
                        + $"{(text.Length > 300 ? text[..300] : text)}"
                );
            }

            return await response.Content.ReadFromJsonAsync<T>(cancellationToken) ?? throw Nonsense("null");
        }
        catch (HttpRequestException error)
        {
            throw new MigrationException(
                $"Stack Auth at {http.BaseAddress} cannot be reached: {error.Message} See that it runs and resume.",
                error
            );
        }
        catch (TaskCanceledException error) when (error.InnerException is TimeoutException)
        {
            // HttpClient's own timeout; only the caller's token is a cancellation.
            throw new MigrationException(
                $"Stack Auth at {http.BaseAddress} did not answer within {http.Timeout.TotalSeconds} s. "
                    + "See that it runs and resume.",
                error
            );
        }
        catch (JsonException error)
        {
            throw Nonsense(error.Message, error);
        }

        async ValueTask<HttpResponseMessage> InTurnAsync(CancellationToken token)
        {
            using var turn = await Pace.AcquireAsync(permitCount: 1, token);
            return await OnceAsync(token);
        }

        async Task<HttpResponseMessage> OnceAsync(CancellationToken token)
        {
            using var message = request();
            return await http.SendAsync(message, token);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.Add("X-Stack-Access-Type", "server");
        request.Headers.Add("X-Stack-Project-Id", project);
        request.Headers.Add("X-Stack-Secret-Server-Key", serverKey);
        return request;
    }

    private static ResiliencePipeline<HttpResponseMessage> Pipeline(
        Func<HttpResponseMessage, bool> again,
        bool failures,
        TimeProvider? time
    )
    {
        var handled = new PredicateBuilder<HttpResponseMessage>().HandleResult(response => again(response));
        return new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time ?? TimeProvider.System }
            .AddRetry(
                new RetryStrategyOptions<HttpResponseMessage>
                {
                    ShouldHandle = failures ? handled.Handle<HttpRequestException>() : handled,
                    MaxRetryAttempts = 8,
                    Delay = TimeSpan.FromMilliseconds(200),
                    MaxDelay = TimeSpan.FromSeconds(10),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    DelayGenerator = arguments =>
                        ValueTask.FromResult(arguments.Outcome.Result?.Headers.RetryAfter?.Delta),
                }
            )
            .Build();
    }

    private static Guid? SupabaseId(User user) =>
        user.ServerMetadata?[IdKey] is JsonValue value
        && value.TryGetValue<string>(out var text)
        && Guid.TryParse(text, out var id)
            ? id
            : null;

    private MigrationException Nonsense(string what, Exception? inner = null) =>
        new(
            $"Stack Auth at {http.BaseAddress} answered what is no user: {what}. Is this address a Stack Auth server?",
            inner
        );

    private sealed record NewUser(
        [property: JsonPropertyName("primary_email")] string PrimaryEmail,
        [property: JsonPropertyName("primary_email_verified")] bool PrimaryEmailVerified,
        [property: JsonPropertyName("display_name")] string? DisplayName,
        [property: JsonPropertyName("server_metadata")] JsonObject ServerMetadata
    );

    private sealed record NewSession(
        [property: JsonPropertyName("user_id")] Guid UserId,
        [property: JsonPropertyName("expires_in_millis")] long ExpiresInMilliseconds
    );

    private sealed record Session(
        [property: JsonPropertyName("access_token")] [property: JsonRequired] string AccessToken
    );

    private sealed record User(
        [property: JsonPropertyName("id")] [property: JsonRequired] Guid Id,
        [property: JsonPropertyName("server_metadata")] JsonObject? ServerMetadata
    );

    private sealed record Page(
        [property: JsonPropertyName("items")] IReadOnlyList<User>? Items,
        [property: JsonPropertyName("pagination")] PageEnd? Pagination
    );

    private sealed record PageEnd([property: JsonPropertyName("next_cursor")] string? NextCursor);
}

/// <summary>A user of Supabase Auth, as far as it moves: no password hash is ever read.</summary>
public sealed record SourceUser(Guid Id, string Email, bool EmailVerified, string? DisplayName);
