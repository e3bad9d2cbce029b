using FreshTrack.Build.Rehearsals;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Build;

public sealed class LoadAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("https://api.example.com/base")]
    public void An_api_is_taken(string address) => Assert.Equal(new Uri(address), LoadAddress.Parse(address));

    [Theory]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("true")]
    public void Anything_else_is_refused_before_a_request(string address)
    {
        var refused = Assert.Throws<RefusedException>(() => LoadAddress.Parse(address));

        Assert.Contains("Expected '--url http://127.0.0.1:8080'", refused.Message);
    }

    [Fact]
    public void A_password_in_the_address_is_refused_and_not_shown()
    {
        var refused = Assert.Throws<RefusedException>(() => LoadAddress.Parse("http://me:hush@127.0.0.1:8080"));

        Assert.DoesNotContain("hush", refused.Message);
    }
}
