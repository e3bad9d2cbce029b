using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Migration;

public sealed class ObjectStoreAddressTests
{
    [Fact]
    public void An_address_is_read_and_printed_without_its_keys()
    {
        var address = ObjectStoreAddress.Parse("http://key:s%2Fecret@store:9000/migration-exports");

        Assert.Equal(("key", "s/ecret", "migration-exports"), (address.AccessKey, address.SecretKey, address.Bucket));
        Assert.Equal("http://store:9000/migration-exports", address.ToString());
    }

    [Theory]
    [InlineData("store:9000/hunter2")]
    [InlineData("http://store:9000/bucket")]
    [InlineData("http://key:hunter2@store:9000")]
    [InlineData("http://key:hunter2@store:9000/bucket/hunter2")]
    public void A_refusal_never_shows_the_secret(string text) =>
        Assert.DoesNotContain("hunter2", Assert.Throws<RefusedException>(() => ObjectStoreAddress.Parse(text)).Message);
}
