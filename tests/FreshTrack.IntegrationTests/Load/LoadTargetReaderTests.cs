using FreshTrack.IntegrationTests.Api;
using FreshTrack.IntegrationTests.Api.Alerts;
using FreshTrack.Load;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Load;

public sealed class LoadTargetReaderTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Sensors_are_read_with_the_secret_of_their_organization()
    {
        var place = await stage.GivenALoadedPlaceAsync(Token);
        await stage.SignInAsync(place.Organization, Token);

        var target = await ReadAsync();

        Assert.Equal(
            new DeviceTarget(place.DevEui, place.DeviceId, "freshtrack", place.Secret, "temperature", null, 5m),
            Assert.Single(target.Devices)
        );
        Assert.Equal(
            new UnitTarget(place.Organization, place.Site, place.Area, place.Unit, target.Units[0].Token),
            Assert.Single(target.Units)
        );
        Assert.NotEmpty(target.Units[0].BearerToken);
    }

    [Fact]
    public async Task Everybody_signs_in_once_whatever_organizations_they_belong_to()
    {
        var (first, second) = (await stage.GivenALoadedPlaceAsync(Token), await stage.GivenALoadedPlaceAsync(Token));
        await stage.SignInAsync(first.Organization, Token);
        await stage.SignInAsync(second.Organization, Token);
        await stage.Data.RunAsync(
            "insert into user_roles (user_id, organization_id, role) select user_id, "
                + $"'{second.Organization}', 'staff' from user_roles where organization_id = '{first.Organization}'",
            Token
        );

        var target = await ReadAsync();

        Assert.Equal([second.Site, second.Site], target.Users.Select(user => user.Site));
    }

    [Fact]
    public async Task Alerts_are_read_where_somebody_may_acknowledge_them_the_open_ones_first()
    {
        var (staffed, watched) = (await stage.GivenALoadedPlaceAsync(Token), await stage.GivenALoadedPlaceAsync(Token));
        await stage.SignInAsync(staffed.Organization, Token, role: "staff");
        await stage.SignInAsync(watched.Organization, Token, role: "viewer");
        await stage.GivenAlertsAsync(
            staffed,
            Token,
            ("door_open", "active"),
            ("calibration_due", "escalated"),
            ("sensor_fault", "acknowledged"),
            ("low_battery", "resolved")
        );
        await stage.GivenAlertsAsync(watched, Token, ("calibration_due", "active"));

        var target = await ReadAsync();

        var types = await Task.WhenAll(
            target.Alerts.Select(alert =>
                stage.Data.TextAsync($"select alert_type from alerts where id = '{alert.Alert}'", Token)
            )
        );
        Assert.Equal(["calibration_due", "door_open", "sensor_fault"], types);
        Assert.Equal([false, true, false], target.Alerts.Select(alert => alert.EndsByItself));
        Assert.All(target.Alerts, alert => Assert.Equal(staffed.Organization, alert.Organization));
    }

    [Fact]
    public async Task A_target_without_sensors_is_refused()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => ReadAsync());

        Assert.Contains("holds no active sensor", refused.Message);
    }

    [Fact]
    public async Task A_target_without_users_is_refused()
    {
        await stage.GivenALoadedPlaceAsync(Token);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => ReadAsync());

        Assert.Contains("holds no unit whose organization has a user", refused.Message);
    }

    [Fact]
    public async Task A_wrong_webhook_key_is_refused_without_showing_a_secret()
    {
        var place = await stage.GivenALoadedPlaceAsync(Token);

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            LoadTargetReader.ReadAsync(
                stage.Data,
                stage.Client.BaseAddress!,
                new byte[32],
                stage.StackAuthClient,
                stage.Clock,
                Token
            )
        );

        Assert.Contains($"{place.Organization} does not open with the given webhook key", refused.Message);
        Assert.DoesNotContain(place.Secret, refused.ToString());
    }

    private Task<LoadTarget> ReadAsync() =>
        LoadTargetReader.ReadAsync(
            stage.Data,
            stage.Client.BaseAddress!,
            LoadSteps.Key,
            stage.StackAuthClient,
            stage.Clock,
            Token
        );
}
