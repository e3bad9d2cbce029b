using FreshTrack.Cutover;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.Canary;

public sealed class WebhookSecretTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];

    [Fact]
    public void Sealed_secret_opens_with_its_key_and_is_another_text_each_time()
    {
        var first = WebhookSecret.Seal("whsec_1", Key);

        Assert.NotEqual(first, WebhookSecret.Seal("whsec_1", Key));
        Assert.Equal("whsec_1", WebhookSecret.Open(first, Key, Guid.Empty));
        Assert.Throws<RefusedException>(() => WebhookSecret.Open(first, new byte[32], Guid.Empty));
    }
}
