using FreshTrack.Load;

namespace FreshTrack.UnitTests.Load;

internal static class Given
{
    public static readonly Guid FirstOrganization = Guid.CreateVersion7();
    public static readonly Guid FirstSite = Guid.CreateVersion7();

    public static LoadTarget Target(Uri api, TimeProvider clock) =>
        new(
            api,
            [
                new DeviceTarget(
                    "A840410000000001",
                    "sensor-1",
                    "kitchens",
                    "first-secret",
                    "temperature_humidity",
                    0m,
                    5m
                ),
                new DeviceTarget("A840410000000002", "sensor-2", "kitchens", "second-secret", "door", null, 5m),
                new DeviceTarget(
                    "A840410000000003",
                    "sensor-3",
                    "kitchens",
                    "second-secret",
                    "temperature",
                    -25m,
                    -18m
                ),
            ],
            [Unit("token-1"), Unit("token-2")],
            clock
        )
        {
            Users = [User("token-3"), User("token-4")],
            Alerts = [Alert(endsByItself: false), Alert(endsByItself: true)],
        };

    /// <summary>A scenario that is a function.</summary>
    public static IScenario Scenario(string name, Func<long, CancellationToken, ValueTask<RequestOutcome>> send) =>
        new FunctionScenario(name, send);

    public static ScenarioRun Run(IScenario scenario, double rate, double seconds, double warmUp = 0) =>
        new(scenario, rate, TimeSpan.FromSeconds(warmUp), TimeSpan.FromSeconds(seconds));

    /// <summary>What became of a scenario's first arrivals, one after the other.</summary>
    public static async Task<IReadOnlyList<RequestOutcome>> OutcomesAsync(IScenario scenario, int arrivals)
    {
        var outcomes = new List<RequestOutcome>();
        for (var arrival = 0; arrival < arrivals; arrival++)
        {
            outcomes.Add(await scenario.SendAsync(arrival, TestContext.Current.CancellationToken));
        }

        return outcomes;
    }

    public static UserTarget User(string token) => new(FirstOrganization, FirstSite, _ => Task.FromResult(token));

    private static AlertTarget Alert(bool endsByItself) =>
        new(FirstOrganization, Guid.CreateVersion7(), endsByItself, Token("token-5"));

    private static UnitTarget Unit(string token) =>
        new(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Token(token));

    private static AccessToken Token(string token) => new(token, _ => Task.FromResult(token), TimeProvider.System);

    private sealed class FunctionScenario(string name, Func<long, CancellationToken, ValueTask<RequestOutcome>> send)
        : IScenario
    {
        public string Name => name;

        public ValueTask<RequestOutcome> SendAsync(long arrival, CancellationToken cancellationToken) =>
            send(arrival, cancellationToken);
    }
}
