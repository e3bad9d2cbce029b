using System.Net;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Steps;

namespace FreshTrack.UnitTests.Cutover.Steps;

/// <summary>What several instances say together.</summary>
public sealed class NewSystemHealthTests
{
    private readonly PassingTime clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task System_is_what_all_its_instances_say() =>
        Assert.True(await IsInMaintenanceAsync(Said("api-a", true), Said("api-b", true)));

    [Fact]
    public async Task System_without_an_instance_is_stopped() => Assert.Null(await IsInMaintenanceAsync());

    [Fact]
    public async Task Instance_that_does_not_run_serves_nobody_and_is_not_asked()
    {
        Assert.False(await IsInMaintenanceAsync(Said("api-a", false), Away("api-b") with { Runs = false }));
        Assert.Null(await IsInMaintenanceAsync(Away("api-a") with { Runs = false }));
    }

    [Fact]
    public async Task Instances_that_do_not_agree_are_named()
    {
        var other = await FailAsync(() => IsInMaintenanceAsync(Said("api-a", true), Said("api-b", false)));
        var away = await FailAsync(() => IsInMaintenanceAsync(Said("api-a", true), Away("api-b")));

        Assert.Contains("api-a says true; api-b says false. Expected the same from every instance", other);
        Assert.Contains("api-b gives no answer (refused)", away);
    }

    [Fact]
    public async Task Switch_is_waited_for_until_the_last_instance_has_heard_of_it()
    {
        var heard = new Deployed(
            [Said("api-a", true), Said("api-b", false)],
            [Said("api-a", true), Said("api-b", true)]
        );

        await NewSystemHealth.WaitAsync(heard, isInMaintenance: true, clock, Token);

        Assert.Equal(2, heard.Asked);
    }

    [Fact]
    public async Task Sensors_are_refused_once_every_instance_refuses_them()
    {
        var one = new Deployed([Said("api-a", true, refused: true), Said("api-b", true, refused: false)]);

        Assert.Contains(
            "sensors_refused",
            await FailAsync(() => NewSystemHealth.WaitForRefusedSensorsAsync(one, clock, Token))
        );
    }

    [Fact]
    public async Task Answer_that_says_nothing_of_it_fails()
    {
        var silent = new Deployed([new InstanceHealth("api-a", HttpStatusCode.OK, """{"status":"ok"}""")]);

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            NewSystemHealth.WaitAsync(silent, isInMaintenance: true, clock, Token)
        );
    }

    private Task<bool?> IsInMaintenanceAsync(params IReadOnlyList<InstanceHealth> instances) =>
        NewSystemHealth.IsInMaintenanceAsync(new Deployed(instances), clock, Token);

    private static async Task<string> FailAsync(Func<Task> ask) =>
        (await Assert.ThrowsAsync<InvalidOperationException>(ask)).Message;

    private static InstanceHealth Said(string name, bool isInMaintenance, bool refused = false) =>
        new(
            name,
            HttpStatusCode.OK,
            $$"""{"maintenance":{{Word(isInMaintenance)}},"sensors_refused":{{Word(refused)}}}"""
        );

    private static InstanceHealth Away(string name) => new(name, Status: null, "refused");

    private static string Word(bool value) => value ? "true" : "false";

    /// <summary>Whoever waits has waited.</summary>
    private sealed class PassingTime : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            now += dueTime.Ticks;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    /// <param name="rounds">What is said each time; the last from then on.</param>
    private sealed class Deployed(params IReadOnlyList<IReadOnlyList<InstanceHealth>> rounds) : IApiDeployment
    {
        public int Asked { get; private set; }

        public Task<IReadOnlyList<InstanceHealth>> HealthAsync(CancellationToken cancellationToken) =>
            Task.FromResult(rounds[Math.Min(Asked++, rounds.Count - 1)]);

        public Task<string> RunAsync(string command, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Uri> StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task StopAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Uri?> FindAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
