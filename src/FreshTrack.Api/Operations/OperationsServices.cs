using FreshTrack.Api.Schema;

namespace FreshTrack.Api.Operations;

/// <summary>What running the API takes beside its features: switches, limits, other origins, an orderly
/// end.</summary>
internal static class OperationsServices
{
    public static IServiceCollection AddOperations(this IServiceCollection services, ApiOptions options)
    {
        return services
            .AddSingleton<Switches>()
            .AddHostedService(provider => provider.GetRequiredService<Switches>())
            .AddSingleton<Writers>()
            .AddSingleton<CanaryRequests>()
            .AddHostedService<PartitionUpkeep>()
            .AddSingleton<Draining>()
            .AddHostedService(provider => provider.GetRequiredService<Draining>())
            .AddRateLimits(options)
            .AddBrowserOrigins(options);
    }
}
