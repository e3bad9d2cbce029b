using System.Security.Cryptography;
using System.Text;
using FreshTrack.Fixtures.Generator;

namespace FreshTrack.UnitTests.Fixtures;

public sealed class FixtureSecretsTests
{
    [Fact]
    public void An_encrypted_secret_opens_with_the_webhook_key()
    {
        var sealedBytes = Convert.FromBase64String(FixtureSecrets.Encrypt(FixtureSecrets.WebhookSecret(1)));
        var plain = new byte[sealedBytes.Length - 28];

        using var aes = new AesGcm(FixtureSecrets.WebhookKey, 16);
        aes.Decrypt(
            sealedBytes.AsSpan(0, 12),
            sealedBytes.AsSpan(12, plain.Length),
            sealedBytes.AsSpan(12 + plain.Length),
            plain
        );

        Assert.Equal(FixtureSecrets.WebhookSecret(1), Encoding.UTF8.GetString(plain));
        Assert.Equal(32, FixtureSecrets.WebhookKey.Length);
    }

    [Fact]
    public void Organizations_have_secrets_of_their_own() =>
        Assert.Equal(4, Enumerable.Range(0, 4).Select(FixtureSecrets.WebhookSecret).Distinct().Count());
}
