using FreshTrack.Api.Notifications;
using Prometheus;

namespace FreshTrack.Api.Monitoring;

/// <summary>What <c>/metrics</c> tells about messages to people.</summary>
internal static class NotificationMetrics
{
    /// <summary>What a program that ended had been sending, given up after the lease.</summary>
    public const string Abandoned = "abandoned";

    private static readonly string[] Channels = ["email", "sms"];

    private static readonly string[] Outcomes = ["sent", "deferred", "failed", "not_needed", Abandoned];

    public static readonly Counter Attempts = Create();

    /// <summary>Counts one attempt: <c>deferred</c> is tried again, <c>failed</c> never.</summary>
    public static void Count(Delivery delivery, SendOutcome outcome) =>
        Attempts.WithLabels(delivery.Channel, OutcomeOf(delivery, outcome)).Inc();

    private static string OutcomeOf(Delivery delivery, SendOutcome outcome) =>
        outcome.Result switch
        {
            SendResult.Sent => "sent",
            _ when !delivery.IsWanted => "not_needed",
            SendResult.Deferred when Retries.After(delivery.Attempt) is not null => "deferred",
            _ => "failed",
        };

    private static Counter Create()
    {
        var attempts = Metrics.CreateCounter(
            "freshtrack_notification_attempts_total",
            "Attempts to send a message to one person, by channel and outcome.",
            "channel",
            "outcome"
        );
        foreach (var channel in Channels)
        {
            foreach (var outcome in Outcomes)
            {
                attempts.WithLabels(channel, outcome);
            }
        }

        return attempts;
    }
}
