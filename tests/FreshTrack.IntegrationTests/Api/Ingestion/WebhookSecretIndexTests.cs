using System.Security.Cryptography;
using System.Text;
using FreshTrack.Api.Ingestion;

namespace FreshTrack.IntegrationTests.Api;

public sealed class WebhookSecretIndexTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Encrypted_secret_gets_the_lookup_that_lets_its_webhooks_in()
    {
        var (place, other, third) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );
        await SetSecretAsync(place, Encrypt("moved-secret"));
        await SetSecretAsync(other, Encrypt("another key", new byte[32]));
        await SetSecretAsync(third, null);

        var counts = await WebhookSecretIndex.BuildAsync(stage.Data, ApiStage.Key, Cancel);

        Assert.Equal(
            (1, 1, other.Organization),
            (counts.Indexed, counts.WithoutSecret, Assert.Single(counts.Undecryptable))
        );
        Assert.Equal(
            System.Net.HttpStatusCode.OK,
            (await stage.Client.SendAsync("moved-secret", Given.AnUplink(place), Cancel)).Status
        );
    }

    [Fact]
    public async Task Wrong_key_changes_nothing_and_every_webhook_goes_on()
    {
        var (place, other) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );
        await SetSecretAsync(place, Encrypt("moved-secret"));
        await SetSecretAsync(other, Encrypt("another-secret"));
        await WebhookSecretIndex.BuildAsync(stage.Data, ApiStage.Key, Cancel);

        var counts = await WebhookSecretIndex.BuildAsync(
            stage.Data,
            WebhookKey.Parse(Convert.ToBase64String(new byte[32])),
            Cancel
        );
        stage.Forget();

        Assert.Equal((0, 2, true), (counts.Indexed, counts.Undecryptable.Count, counts.IsRolledBack));
        Assert.Equal(
            System.Net.HttpStatusCode.OK,
            (await stage.Client.SendAsync("moved-secret", Given.AnUplink(place), Cancel)).Status
        );
    }

    [Fact]
    public async Task Secret_with_a_look_up_that_the_key_does_not_open_holds_all_back()
    {
        var (place, other) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );
        await SetSecretAsync(place, Encrypt("moved-secret"));
        await SetSecretAsync(other, Encrypt("another key", new byte[32]), lookup: "'\\x01'");

        var counts = await WebhookSecretIndex.BuildAsync(stage.Data, ApiStage.Key, Cancel);

        Assert.True(counts.IsRolledBack);
        Assert.Equal(
            "01",
            await stage.Data.ValueAsync<string>(
                "select string_agg(encode(webhook_secret_lookup, 'hex'), ',') from ttn_connections",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Key_that_opens_no_secret_is_said_also_the_first_time()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await SetSecretAsync(place, Encrypt("another key", new byte[32]));

        Assert.True((await WebhookSecretIndex.BuildAsync(stage.Data, ApiStage.Key, Cancel)).IsRolledBack);
    }

    [Fact]
    public async Task Secret_of_two_organizations_is_refused_with_both_named()
    {
        var (place, other) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );
        await SetSecretAsync(place, Encrypt("shared"));
        await SetSecretAsync(other, Encrypt("shared"));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            WebhookSecretIndex.BuildAsync(stage.Data, ApiStage.Key, Cancel)
        );

        Assert.Contains(place.Organization.ToString(), refused.Message);
        Assert.Contains(other.Organization.ToString(), refused.Message);
        Assert.DoesNotContain("shared", refused.Message);
    }

    private static string Encrypt(string secret, byte[]? key = null)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var (nonce, cipher, tag) = (RandomNumberGenerator.GetBytes(12), new byte[plain.Length], new byte[16]);
        using var aes = new AesGcm(key ?? [.. Enumerable.Range(0, 32).Select(i => (byte)i)], 16);
        aes.Encrypt(nonce, plain, cipher, tag);
        return Convert.ToBase64String([.. nonce, .. cipher, .. tag]);
    }

    private async Task SetSecretAsync(Place place, string? encrypted, string lookup = "null")
    {
        await using var command = stage.Data.CreateCommand(
            $"update ttn_connections set ttn_webhook_secret_encrypted = $1, webhook_secret_lookup = {lookup} "
                + "where organization_id = $2"
        );
        command.Parameters.AddWithValue((object?)encrypted ?? DBNull.Value);
        command.Parameters.AddWithValue(place.Organization);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
