namespace FreshTrack.Api.Ingestion;

internal static class IngestionServices
{
    public static IServiceCollection AddIngestion(this IServiceCollection services, ApiOptions options) =>
        services
            .AddSingleton(options)
            .AddSingleton(_ => new RedisConnection(options.Redis, options.RedisPassword))
            .AddSingleton<StoredUnit>()
            .AddSingleton<DeviceDirectory>()
            .AddSingleton<DirectoryChanges>()
            .AddHostedService(provider => provider.GetRequiredService<DirectoryChanges>())
            .AddSingleton(_ => new ReadingQueue(options.QueueCapacity))
            .AddSingleton(_ => new WriterDatabase(options.Database))
            .AddHostedService<ReadingWriter>()
            .AddSingleton<CorrectionWriter>()
            .AddSingleton<UnreadUplinks>()
            .AddSingleton<DoorSensors>()
            .AddHostedService(provider => provider.GetRequiredService<DoorSensors>())
            .AddSingleton<UplinkStore>();

    public static void MapIngestion(this IEndpointRouteBuilder routes)
    {
        routes.MapTtnWebhook();
        routes.MapBulkReadings();
    }
}
