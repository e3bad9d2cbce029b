using System.Security.Cryptography;
using System.Text;
using FreshTrack.IntegrationTests.Api;
using FreshTrack.Load;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Load;

public sealed class LoadAgainstApiTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Both_scenarios_run_against_the_api_and_every_uplink_is_stored_once()
    {
        var places = new[] { await PlaceAsync(), await PlaceAsync() };
        var tokens = await SignInAsync(places);
        var target = await ReadAsync((organization, _, _) => Task.FromResult(tokens[organization]));
        using var transport = new LoadTransport();

        var plan = new LoadPlan(40, 40, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        var result = await new LoadRunner(new LoadOptions()).RunAsync(plan.RunsAgainst(target, transport, seed: 1), null, Token);

        Assert.All(result.Scenarios, scenario => Assert.Equal((200L, 200L), (scenario.Requests, scenario.Ok)));
        Assert.Equal(["200", "400 expected", "401 expected"], result.Scenarios[0].Outcomes.Keys);
        // 200 arrivals: two of them wrong, two delivered a second time.
        Assert.Equal(196L, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Token));
    }

    [Fact]
    public async Task Sensors_are_read_with_the_secret_of_their_organization()
    {
        var place = await PlaceAsync();
        await SignInAsync([place]);

        var target = await ReadAsync((_, _, _) => Task.FromResult("token"));

        Assert.Equal(
            new DeviceTarget(place.DevEui, place.DeviceId, "freshtrack", place.Secret, "temperature", null, 5m), Assert.Single(target.Devices));
        Assert.Equal(new UnitTarget(place.Organization, place.Site, place.Area, place.Unit, "token"), Assert.Single(target.Units));
    }

    [Fact]
    public async Task A_target_without_sensors_is_refused()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => ReadAsync((_, _, _) => Task.FromResult("token")));

        Assert.Contains("holds no active sensor", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_without_users_is_refused()
    {
        await PlaceAsync();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => ReadAsync((_, _, _) => Task.FromResult("token")));

        Assert.Contains("holds no unit whose organization has a user", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_webhook_key_is_refused_without_showing_a_secret()
    {
        var place = await PlaceAsync();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => LoadTargetReader.ReadAsync(
            stage.Data, stage.Client.BaseAddress!, new byte[32], (_, _, _) => Task.FromResult("token"), stage.Clock, Token));

        Assert.Contains($"{place.Organization} does not open with the given webhook key", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(place.Secret, refused.ToString(), StringComparison.Ordinal);
    }

    private Task<LoadTarget> ReadAsync(Func<Guid, Guid, CancellationToken, Task<string>> token) =>
        LoadTargetReader.ReadAsync(stage.Data, stage.Client.BaseAddress!, Key, token, stage.Clock, Token);

    private async Task<Dictionary<Guid, string>> SignInAsync(IEnumerable<Place> places)
    {
        var tokens = new Dictionary<Guid, string>();
        foreach (var place in places)
        {
            tokens[place.Organization] = await stage.SignInAsync(place.Organization, Token);
        }

        return tokens;
    }

    /// <summary>A place whose sensor is active and whose webhook secret is kept as the product keeps it.</summary>
    private async Task<Place> PlaceAsync()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Token);
        await using var command = stage.Data.CreateCommand(
            """
            with sensor as (update lora_sensors set status = 'active' where id = $1)
            update ttn_connections set ttn_webhook_secret_encrypted = $2 where organization_id = $3
            """);
        command.Parameters.AddWithValue(place.Sensor);
        command.Parameters.AddWithValue(Sealed(place.Secret));
        command.Parameters.AddWithValue(place.Organization);
        await command.ExecuteNonQueryAsync(Token);
        return place;
    }

    private static string Sealed(string secret)
    {
        var (nonce, plain, tag) = (RandomNumberGenerator.GetBytes(12), Encoding.UTF8.GetBytes(secret), new byte[16]);
        var cipher = new byte[plain.Length];
        using var aes = new AesGcm(Key, tag.Length);
        aes.Encrypt(nonce, plain, cipher, tag);
        return Convert.ToBase64String([.. nonce, .. cipher, .. tag]);
    }
}
