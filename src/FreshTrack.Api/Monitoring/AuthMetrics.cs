using Prometheus;

namespace FreshTrack.Api.Monitoring;

/// <summary>What <c>/metrics</c> tells about access tokens, Stack Auth's keys and new users.</summary>
internal static class AuthMetrics
{
    private static readonly Counter Tokens = Metrics.CreateCounter(
        "freshtrack_authentications_total",
        "Access tokens that were judged: let in, refused, or not to be judged because Stack Auth did not answer.",
        "result"
    );

    private static readonly Counter KeyReads = Metrics.CreateCounter(
        "freshtrack_jwks_reads_total",
        "Attempts to read the keys of Stack Auth.",
        "result"
    );

    private static readonly Counter Users = Metrics.CreateCounter(
        "freshtrack_new_users_total",
        "First visits of users: a row was made, or refused because another user has the address.",
        "outcome"
    );

    public static readonly Counter.Child Accepted = Tokens.WithLabels("accepted");
    public static readonly Counter.Child Refused = Tokens.WithLabels("refused");
    public static readonly Counter.Child NotJudged = Tokens.WithLabels("unavailable");

    public static readonly Counter.Child KeysRead = KeyReads.WithLabels("read");
    public static readonly Counter.Child KeysNotRead = KeyReads.WithLabels("failed");

    public static readonly Counter.Child UserMade = Users.WithLabels("made");
    public static readonly Counter.Child AddressTaken = Users.WithLabels("address_taken");

    public static readonly Gauge Keys = Metrics.CreateGauge(
        "freshtrack_jwks_keys",
        "Keys of Stack Auth that are known; 0 before the first token."
    );

    public static readonly Gauge KeysReadAt = Metrics.CreateGauge(
        "freshtrack_jwks_read_timestamp_seconds",
        "When the keys of Stack Auth were last read, in seconds since 1970; 0 before the first token."
    );
}
