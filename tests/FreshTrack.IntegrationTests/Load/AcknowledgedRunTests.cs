using FreshTrack.IntegrationTests.Api;
using FreshTrack.IntegrationTests.Api.Alerts;
using FreshTrack.Load;

namespace FreshTrack.IntegrationTests.Load;

public sealed class AcknowledgedRunTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Uplink_that_becomes_no_reading_is_counted_with_its_reason_and_not_as_lost()
    {
        var (place, other) = (await stage.GivenALoadedPlaceAsync(Token), await stage.GivenALoadedPlaceAsync(Token));
        await stage.SignInAsync(place.Organization, Token, role: "manager");
        await stage.SignInAsync(other.Organization, Token, role: "manager");
        var target = await LoadTargetReader.ReadAsync(
            stage.Data,
            stage.Client.BaseAddress!,
            LoadSteps.Key,
            stage.StackAuthClient,
            stage.Clock,
            Token
        );
        await stage.Data.RunAsync($"update lora_sensors set unit_id = null where id = '{other.Sensor}'", Token);
        stage.Forget();
        using var run = new AcknowledgedRun(target, senders: 2);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var sending = run.SendAsync(end.Token);
        while (run.Acknowledged < 5 && !sending.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Token);
        }

        await end.CancelAsync();
        await sending;
        var result = await run.CountAsync(stage.Data, Token);

        Assert.Equal((0, 0), (result.Lost, result.Duplicated));
        Assert.Equal(["DEVICE_NOT_ASSIGNED"], result.WithoutReading.Keys);
        Assert.Contains("not stored: DEVICE_NOT_ASSIGNED", result.ToString());
    }
}
