namespace FreshTrack.Api.Notifications;

internal static class NotificationServices
{
    /// <summary>Sends over the channels that are configured;
    /// without any, alerts are raised and nobody is told.</summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services, ApiOptions options)
    {
        services.AddSingleton<NotificationHold>();
        if (options.Smtp is { } smtp)
        {
            services.AddSingleton<IChannel>(_ => new EmailChannel(smtp, options.Clock));
        }

        if (options.Telnyx is { } telnyx)
        {
            // Its own time limit is the message's; connecting must not use up all of it, or it would look as if the
            // message had gone out.
            services.AddSingleton<IChannel>(_ => new SmsChannel(
                telnyx,
                new HttpClient(new SocketsHttpHandler { ConnectTimeout = telnyx.Timeout / 3 })
            ));
        }

        return options.Channels.Length == 0 ? services : services.AddSingleton<Outbox>().AddHostedService<Sender>();
    }
}
