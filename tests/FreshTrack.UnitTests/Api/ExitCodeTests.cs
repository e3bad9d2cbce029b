using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FreshTrack.UnitTests.Api;

public sealed class ExitCodeTests
{
    [Fact]
    public async Task Service_that_failed_ends_the_program_with_a_failure() =>
        Assert.Equal(1, await ServeAsync(_ => throw new TimeoutException("Redis did not answer.")));

    [Fact]
    public async Task Program_that_is_stopped_ends_well() =>
        Assert.Equal(0, await ServeAsync(lifetime => lifetime.StopApplication()));

    private static async Task<int> ServeAsync(Action<IHostApplicationLifetime> act)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHostedService(services => new Service(
            services.GetRequiredService<IHostApplicationLifetime>(),
            act
        ));
        await using var app = builder.Build();
        return await FreshTrack.Api.Program.ServeAsync(app).WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Acts once the program has started.</summary>
    private sealed class Service(IHostApplicationLifetime lifetime, Action<IHostApplicationLifetime> act)
        : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(stoppingToken);
            act(lifetime);
        }
    }
}
