using FreshTrack.Api.Notifications;

namespace FreshTrack.Api;

/// <summary>Every log message of the API, in one place:
/// what is said, at which level, and that no secret is in it.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Information, "Listening on {Address}")]
    public static partial void Listening(this ILogger logger, string address);

    [LoggerMessage(2, LogLevel.Warning, "{Path} answered 503: {Reason}")]
    public static partial void DependencyUnavailable(this ILogger logger, string path, string reason);

    [LoggerMessage(3, LogLevel.Error, "{Path} failed")]
    public static partial void RequestFailed(this ILogger logger, string path, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "A batch of {Readings} readings was not written, trying again: {Reason}")]
    public static partial void BatchRetried(this ILogger logger, int readings, string reason);

    [LoggerMessage(5, LogLevel.Error, "A batch of {Readings} readings was given up: {Reason}")]
    public static partial void BatchFailed(this ILogger logger, int readings, string reason);

    [LoggerMessage(6, LogLevel.Warning, "A reading of unit {Unit} was refused by the database: {SqlState}")]
    public static partial void ReadingRefused(this ILogger logger, Guid unit, string sqlState);

    [LoggerMessage(7, LogLevel.Information, "{Partitions} partitions of the readings were made")]
    public static partial void PartitionsMade(this ILogger logger, int partitions);

    [LoggerMessage(8, LogLevel.Warning, "{Readings} readings have no monthly partition; months from 2000 on get one")]
    public static partial void DefaultPartitionNotEmpty(this ILogger logger, long readings);

    [LoggerMessage(9, LogLevel.Warning, "Partitions were not ensured, trying again: {Reason}")]
    public static partial void PartitionsNotEnsured(this ILogger logger, string reason);

    [LoggerMessage(10, LogLevel.Information, "Sensor {Sensor} tells of a door: it is one of doors now")]
    public static partial void SensorReclassified(this ILogger logger, Guid sensor);

    [LoggerMessage(11, LogLevel.Warning, "Sensor {Sensor} tells of a door and was not changed to one: {Reason}")]
    public static partial void SensorNotReclassified(this ILogger logger, Guid sensor, string reason);

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "The payload of an uplink without a reading ({Uplink}) was not kept: {Reason}"
    )]
    public static partial void PayloadNotKept(this ILogger logger, string uplink, string reason);

    [LoggerMessage(
        13,
        LogLevel.Error,
        "Not ready: the database lacks {Script} of this program's schema. Run the command migrate of this version"
    )]
    public static partial void SchemaIsOlder(this ILogger logger, string script);

    [LoggerMessage(14, LogLevel.Information, "User {User} is new: their first valid token made their row")]
    public static partial void UserMade(this ILogger logger, Guid user);

    [LoggerMessage(
        15,
        LogLevel.Warning,
        "User {User} was refused: user {Holder} has their e-mail address. Find out whether they are one person, and "
            + "which of the two accounts Stack Auth shall keep"
    )]
    public static partial void AddressTaken(this ILogger logger, Guid user, Guid holder);

    [LoggerMessage(20, LogLevel.Warning, "Redis is not available, changes of devices are seen after 30 s: {Reason}")]
    public static partial void RedisUnavailable(this ILogger logger, string reason);

    [LoggerMessage(40, LogLevel.Warning, "Units were not judged, trying again: {Reason}")]
    public static partial void WatchFailed(this ILogger logger, string reason);

    [LoggerMessage(
        45,
        LogLevel.Warning,
        "{Units} units of organization {Organization} were not judged, trying each on its own: {Reason}"
    )]
    public static partial void OrganizationNotJudged(this ILogger logger, Guid organization, int units, string reason);

    [LoggerMessage(46, LogLevel.Warning, "Unit {Unit} was not judged, trying again: {Reason}")]
    public static partial void UnitNotJudged(this ILogger logger, Guid unit, string reason);

    [LoggerMessage(
        47,
        LogLevel.Warning,
        "Alerts of organization {Organization} were not escalated, trying again: {Reason}"
    )]
    public static partial void OrganizationNotEscalated(this ILogger logger, Guid organization, string reason);

    [LoggerMessage(
        41,
        LogLevel.Warning,
        "Delivery {Delivery} by {Channel}, attempt {Attempt}, was not sent ({Result}): {Reason}"
    )]
    public static partial void DeliveryNotSent(
        this ILogger logger,
        Guid delivery,
        string channel,
        int attempt,
        SendResult result,
        string reason
    );

    [LoggerMessage(42, LogLevel.Warning, "What became of delivery {Delivery} was not recorded: {Reason}")]
    public static partial void DeliveryNotRecorded(this ILogger logger, Guid delivery, string reason);

    [LoggerMessage(
        43,
        LogLevel.Warning,
        "{Deliveries} deliveries were given up: a program ended while it was sending them"
    )]
    public static partial void DeliveriesAbandoned(this ILogger logger, int deliveries);

    [LoggerMessage(44, LogLevel.Warning, "Sending was interrupted, going on: {Reason}")]
    public static partial void SenderFailed(this ILogger logger, string reason);

    [LoggerMessage(45, LogLevel.Warning, "The figures of outbox and sensors were not read, trying again: {Reason}")]
    public static partial void FiguresNotRead(this ILogger logger, string reason);
}
