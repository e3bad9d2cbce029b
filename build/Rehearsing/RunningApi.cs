using System.Globalization;
using FreshTrack.Build.Moving;
using FreshTrack.Fixtures;
using FreshTrack.Load;
using FreshTrack.Plan;

namespace FreshTrack.Build.Rehearsing;

/// <summary>An API that runs already: its sensors, users and alerts are read from its own database, its users sign in
/// at its Stack Auth.</summary>
internal static class RunningApi
{
    private const string KeyVariable = "FRESHTRACK_WEBHOOK_KEY_FILE";
    private const string ClockVariable = "FRESHTRACK_CLOCK_OFFSET_SECONDS";
    private const int KeyBytes = 32;

    /// <exception cref="RefusedException">An address or the key is missing or wrong, or the database holds nothing to
    /// make load with.</exception>
    public static async Task<LoadTarget> ReadAsync(
        BuildContext context,
        Uri api,
        MoveServers servers,
        CancellationToken cancellationToken
    )
    {
        var stackAuth =
            servers.StackAuth()
            ?? throw new RefusedException(
                "No address of the Stack Auth that the API's users sign in at. Give --stack-auth, or set "
                    + "FRESHTRACK_STACK_AUTH."
            );
        return await LoadTargetReader.ReadAsync(
            servers.Target,
            api,
            await KeyAsync(context, cancellationToken),
            stackAuth,
            Clock(context),
            cancellationToken
        );
    }

    /// <summary>The API's own clock: that of a stage which was kept is set off against this machine's.</summary>
    private static TimeProvider Clock(BuildContext context) =>
        Environment.GetEnvironmentVariable(ClockVariable) switch
        {
            null or "" => context.TimeProvider,
            var text
                when double.TryParse(text, NumberStyles.Float, null, out var seconds)
                    && Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds / 2 => new OffsetTimeProvider(
                TimeSpan.FromSeconds(seconds)
            ),
            var text => throw new RefusedException(
                $"Invalid {ClockVariable} '{text}'. Give the number of seconds that the API has there, or unset it."
            ),
        };

    // No message holds anything of the file: it is a secret.
    private static async Task<byte[]> KeyAsync(BuildContext context, CancellationToken cancellationToken)
    {
        var path = Connections.Address(context, "webhook-key", KeyVariable);
        if (!File.Exists(path))
        {
            throw new RefusedException(
                $"There is no webhook key '{path}'. Give the file that the API has in {KeyVariable}."
            );
        }

        var key = new byte[KeyBytes];
        return
            Convert.TryFromBase64String(
                (await File.ReadAllTextAsync(path, cancellationToken)).Trim(),
                key,
                out var length
            )
            && length == KeyBytes
            ? key
            : throw new RefusedException(
                $"The webhook key '{path}' is not {KeyBytes} bytes in base64. Give the file that the API "
                    + $"has in {KeyVariable}."
            );
    }
}
