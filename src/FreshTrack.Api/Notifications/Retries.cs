namespace FreshTrack.Api.Notifications;

/// <summary>When a delivery that was not taken is tried again: after 30 s, 1, 2, 4, 8 and then every 15 minutes, ten
/// times in all, over about 75 minutes.</summary>
internal static class Retries
{
    public const int Attempts = 10;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <param name="attempt">The attempt that failed, 1 for the first.</param>
    /// <returns>Null when it was the last.</returns>
    public static TimeSpan? After(int attempt) =>
        attempt >= Attempts ? null : new[] { First * Math.Pow(2, attempt - 1), Longest }.Min();
}
