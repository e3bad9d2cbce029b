using System.Globalization;
using FreshTrack.Api.Notifications;
using Npgsql;

namespace FreshTrack.Api.Commands;

/// <summary><c>notifications hold [--canary ORGANIZATION]</c> and
/// <c>notifications release CUTOVER-POINT</c>.</summary>
internal static class NotificationsCommand
{
    private const string Expected =
        "Expected the cutover point with its offset, such as 2026-11-26T02:00:00Z: alerts from before it are settled "
        + "in digests.";

    public static async Task<CommandResult> HoldAsync(
        NpgsqlDataSource database,
        string? canary,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        Guid? open = null;
        if (canary is not null)
        {
            var (organization, problem) = await OrganizationName.FindAsync(database, canary, cancellationToken);
            if (problem is not null)
            {
                return CommandResult.Refused($"notifications: {problem}");
            }

            open = organization;
        }

        var held = open is { } id ? $"held, but for organization {id}" : "held";
        return CommandResult.Passed(
            await NotificationHold.HoldAsync(database, open, clock.GetUtcNow().UtcDateTime, cancellationToken)
                ? $"notifications: {held}, by every instance. What is being sent at this moment still arrives."
                : $"notifications: they were {held} already."
        );
    }

    /// <param name="channels">Channels over which alerts can be sent at all.</param>
    public static async Task<CommandResult> ReleaseAsync(
        NpgsqlDataSource database,
        string? cutoverPoint,
        string[] channels,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var now = clock.GetUtcNow();
        if (Problem(cutoverPoint, now, out var before) is { } problem)
        {
            return CommandResult.Refused($"notifications release: {problem}");
        }

        var release = await NotificationHold.ReleaseAsync(
            database,
            before.UtcDateTime,
            channels,
            now.UtcDateTime,
            cancellationToken
        );
        return CommandResult.Passed(
            release is null
                ? "notifications: they were not held. Nothing was changed."
                : $"notifications: released. {release.Settled} alerts from before {before.UtcDateTime:O} are settled, "
                    + $"{release.Unreached} of them reached nobody; {release.Digests} digests and {release.Waiting} "
                    + $"other messages go out.{(channels.Length == 0 ? Unconfigured : "")}"
        );
    }

    private const string Unconfigured =
        " No channel is configured (FRESHTRACK_SMTP, FRESHTRACK_TELNYX_KEY_FILE): nobody is told.";

    private static string? Problem(string? text, DateTimeOffset now, out DateTimeOffset time)
    {
        time = default;
        return text is null ? $"The cutover point is missing. {Expected}"
            : !DateTimeOffset.TryParse(text, null, DateTimeStyles.RoundtripKind, out time) || !HasOffset(text)
                ? $"'{text}' is not a time. {Expected}"
            : time > now ? $"'{text}' is in the future, by the clock of this machine ({now.UtcDateTime:O}). {Expected}"
            : null;
    }

    // Without one it would be this machine's time, whatever that is.
    private static bool HasOffset(string text) =>
        text.Contains('T') && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T'));
}
