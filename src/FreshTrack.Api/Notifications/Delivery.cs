namespace FreshTrack.Api.Notifications;

/// <summary>One message to one person, claimed for sending.</summary>
/// <param name="Id">Also names the message to its receivers, so that a duplicate could be told.</param>
/// <param name="Channel"><c>email</c> or <c>sms</c>.</param>
/// <param name="Address">E-mail address or phone number as it stands in the table; null when it has gone since.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="IsWanted">False once somebody has acknowledged the alert or it is over; of a digest, all of
/// them.</param>
internal sealed record Delivery(
    Guid Id,
    Guid Organization,
    string Channel,
    string? Address,
    int Attempt,
    bool IsWanted,
    News News
);

/// <summary>What there is to say.</summary>
internal abstract record News;

/// <param name="Reason"><c>raised</c>, <c>worsened</c> or <c>escalated N</c>.</param>
internal sealed record AlertNews(
    string Reason,
    string Severity,
    string Title,
    string? Message,
    string Unit,
    string Site,
    DateTime TriggeredAt
) : News;

/// <summary>Alerts from before the move that are still to be looked after, in one message.</summary>
/// <param name="Before">The cutover point.</param>
/// <param name="Alerts">The worst first.</param>
internal sealed record DigestNews(string Organization, DateTime? Before, IReadOnlyList<AlertNews> Alerts) : News
{
    public static DigestNews Nothing { get; } = new("", Before: null, []);
}

/// <summary>What became of an attempt.</summary>
internal enum SendResult
{
    Sent,

    /// <summary>Not taken, and it may be tried again.</summary>
    Deferred,

    /// <summary>Not taken, and it never will be.</summary>
    Rejected,

    /// <summary>The connection ended between handing over and the answer.
    /// It is not sent again: nobody is told twice.</summary>
    Unknown,
}

/// <param name="Error">Without any address; null when it was sent.</param>
internal sealed record SendOutcome(SendResult Result, string? Error = null)
{
    public static SendOutcome Sent { get; } = new(SendResult.Sent);

    public static SendOutcome Deferred(string error) => new(SendResult.Deferred, error);

    public static SendOutcome Rejected(string error) => new(SendResult.Rejected, error);

    public static SendOutcome Unknown(string error) => new(SendResult.Unknown, error);
}

/// <summary>A way to reach people.</summary>
internal interface IChannel
{
    /// <summary>Label of <c>notification_channel</c>.</summary>
    string Name { get; }

    /// <summary>Never throws for what a server or a network does; that is an outcome.</summary>
    Task<SendOutcome> SendAsync(Delivery delivery, string address, CancellationToken cancellationToken);
}
