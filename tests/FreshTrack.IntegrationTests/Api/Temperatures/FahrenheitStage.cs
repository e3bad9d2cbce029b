using FreshTrack.Api;

namespace FreshTrack.IntegrationTests.Api.Temperatures;

/// <summary>The API on a database that stores °F, as the source does.</summary>
public sealed class FahrenheitStage(Servers servers) : IAsyncLifetime
{
    public ApiStage Api { get; } = new(servers) { StoredUnit = TemperatureUnit.Fahrenheit };

    public ValueTask InitializeAsync() => Api.InitializeAsync();

    public ValueTask DisposeAsync() => Api.DisposeAsync();
}
