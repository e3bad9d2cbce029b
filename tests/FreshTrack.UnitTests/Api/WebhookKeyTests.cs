using System.Security.Cryptography;
using FreshTrack.Api.Ingestion;

namespace FreshTrack.UnitTests.Api;

public sealed class WebhookKeyTests
{
    private static readonly WebhookKey Key = WebhookKey.Parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");

    // Encrypted by another program (Python's cryptography): key 00…1f, nonce 00…0b, plain text «whsec-Überlingen».
    private const string Encrypted = "AAECAwQFBgcICQoLMGqlfqbIAYfvJOXn2IcfCO32sIUXb82QB7OVpSLh338X";

    [Fact]
    public void Secret_encrypted_elsewhere_is_decrypted() => Assert.Equal("whsec-Überlingen", Key.Decrypt(Encrypted));

    [Fact]
    public void Lookup_is_the_HMAC_of_the_plain_secret() =>
        Assert.Equal(
            "fc303342eeab2ff7170e6d974365ceb3ddaa2592dce0607d2b1d0948f991105c",
            Convert.ToHexStringLower(Key.Lookup("whsec-Überlingen"))
        );

    [Fact]
    public void Changed_byte_is_noticed()
    {
        var bytes = Convert.FromBase64String(Encrypted);
        bytes[15] ^= 1;

        Assert.ThrowsAny<CryptographicException>(() => Key.Decrypt(Convert.ToBase64String(bytes)));
    }

    [Theory]
    [InlineData("AAEC")]
    [InlineData("not base64!")]
    public void Key_of_another_size_or_shape_is_refused(string text) =>
        Assert.Throws<FormatException>(() => WebhookKey.Parse(text));
}
