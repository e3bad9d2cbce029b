using FreshTrack.Load;

namespace FreshTrack.UnitTests.Load;

internal static class Given
{
    public static LoadTarget Target(Uri api, TimeProvider clock) => new(
        api,
        [
            new DeviceTarget("A840410000000001", "sensor-1", "kitchens", "first-secret", "temperature_humidity", 0m, 5m),
            new DeviceTarget("A840410000000002", "sensor-2", "kitchens", "second-secret", "door", null, 5m),
            new DeviceTarget("A840410000000003", "sensor-3", "kitchens", "second-secret", "temperature", -25m, -18m),
        ],
        [Unit("token-1"), Unit("token-2")],
        clock);

    /// <summary>A scenario that is a function.</summary>
    public static IScenario Scenario(string name, Func<long, CancellationToken, ValueTask<RequestOutcome>> send) => new FunctionScenario(name, send);

    public static ScenarioRun Run(IScenario scenario, double rate, double seconds, double warmUp = 0) =>
        new(scenario, rate, TimeSpan.FromSeconds(warmUp), TimeSpan.FromSeconds(seconds));

    private static UnitTarget Unit(string token) =>
        new(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), token);

    private sealed class FunctionScenario(string name, Func<long, CancellationToken, ValueTask<RequestOutcome>> send) : IScenario
    {
        public string Name => name;

        public ValueTask<RequestOutcome> SendAsync(long arrival, CancellationToken cancellationToken) => send(arrival, cancellationToken);
    }
}
