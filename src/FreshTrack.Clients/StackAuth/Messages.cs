using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace FreshTrack.Clients.StackAuth;

internal sealed record NewUserMessage(
    [property: JsonPropertyName("primary_email")] string PrimaryEmail,
    [property: JsonPropertyName("primary_email_verified")] bool PrimaryEmailVerified,
    [property: JsonPropertyName("primary_email_auth_enabled")] bool PrimaryEmailAuthEnabled,
    [property: JsonPropertyName("display_name")] string? DisplayName,
    [property: JsonPropertyName("server_metadata")] JsonObject ServerMetadata,
    [property: JsonPropertyName("restricted_by_admin")] bool RestrictedByAdmin,
    [property: JsonPropertyName("restricted_by_admin_reason")] string? RestrictedByAdminReason
);

internal sealed record NewSessionMessage(
    [property: JsonPropertyName("user_id")] Guid UserId,
    [property: JsonPropertyName("expires_in_millis")] long ExpiresInMilliseconds
);

internal sealed record SessionMessage(
    [property: JsonPropertyName("access_token")] [property: JsonRequired] string AccessToken,
    [property: JsonPropertyName("refresh_token")] [property: JsonRequired] string RefreshToken
);

internal sealed record AccessTokenMessage(
    [property: JsonPropertyName("access_token")] [property: JsonRequired] string AccessToken
);

internal sealed record UserMessage(
    [property: JsonPropertyName("id")] [property: JsonRequired] Guid Id,
    [property: JsonPropertyName("primary_email")] string? PrimaryEmail,
    [property: JsonPropertyName("server_metadata")] JsonObject? ServerMetadata,
    [property: JsonPropertyName("primary_email_verified")] bool PrimaryEmailVerified = false
);

internal sealed record PageMessage(
    [property: JsonPropertyName("items")] IReadOnlyList<UserMessage>? Items,
    [property: JsonPropertyName("pagination")] PageEndMessage? Pagination
);

internal sealed record PageEndMessage([property: JsonPropertyName("next_cursor")] string? NextCursor);

internal sealed record CredentialsMessage(
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("password")] string Password
);

internal sealed record SignUpMessage(
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("password")] string Password,
    [property: JsonPropertyName("verification_callback_url")] Uri VerificationCallback
);

internal sealed record SendCodeMessage(
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("callback_url")] Uri Callback
);

internal sealed record CodeMessage([property: JsonPropertyName("code")] string Code);

internal sealed record ResetMessage(
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("password")] string Password
);
