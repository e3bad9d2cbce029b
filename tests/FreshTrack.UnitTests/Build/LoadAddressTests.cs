using FreshTrack.Build.Rehearsals;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Build;

public sealed class LoadAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", null)]
    [InlineData("http://localhost:8080", "another")]
    [InlineData("https://api.example.com", "api.example.com")]
    [InlineData("https://api.example.com/base", "API.example.com")]
    public void This_machine_and_a_confirmed_host_are_taken(string address, string? confirmed) =>
        Assert.Equal(new Uri(address), LoadAddress.Parse(address, confirmed));

    [Theory]
    [InlineData(
        "https://api.example.com",
        null,
        "it is not this machine. If you mean it, add --confirm api.example.com."
    )]
    [InlineData(
        "https://api.example.com",
        "yes",
        "it is not this machine; confirmed was 'yes'. If you mean it, add --confirm api.example.com."
    )]
    [InlineData("http://10.0.0.7:8080", "10.0.0", "Load writes readings to 10.0.0.7")]
    [InlineData("ftp://127.0.0.1", null, "Expected '--url http://127.0.0.1:8080'")]
    [InlineData("127.0.0.1:8080", null, "Expected '--url http://127.0.0.1:8080'")]
    [InlineData("true", null, "Expected '--url http://127.0.0.1:8080'")]
    public void Anything_else_is_refused_before_a_request(string address, string? confirmed, string message)
    {
        var refused = Assert.Throws<RefusedException>(() => LoadAddress.Parse(address, confirmed));

        Assert.Contains(message, refused.Message);
    }

    [Fact]
    public void A_password_in_the_address_is_refused_and_not_shown()
    {
        var refused = Assert.Throws<RefusedException>(() => LoadAddress.Parse("http://me:hush@127.0.0.1:8080", null));

        Assert.DoesNotContain("hush", refused.Message);
    }
}
