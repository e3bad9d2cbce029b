using Microsoft.Extensions.Hosting;

namespace FreshTrack.UnitTests.Api;

public sealed class ExitCodeTests
{
    [Fact]
    public async Task Service_that_failed_ends_the_program_with_a_failure()
    {
        using var well = new Service(() => Task.CompletedTask);
        using var failed = new Service(() => throw new TimeoutException("Redis did not answer."));
        await well.StartAsync(TestContext.Current.CancellationToken);
        await failed.StartAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<TimeoutException>(() => failed.ExecuteTask!);

        Assert.Equal(
            (0, 1),
            (FreshTrack.Api.Program.ExitCode([well]), FreshTrack.Api.Program.ExitCode([well, failed]))
        );
    }

    private sealed class Service(Func<Task> work) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            await work();
        }
    }
}
