using FreshTrack.Cutover.Environments;

namespace FreshTrack.UnitTests.Cutover.Canary;

public sealed class CanaryAddressesTests
{
    private static readonly CanaryAddresses Addresses = new("Canary+{name}@Example.com");

    [Theory]
    [InlineData("canary+{name}@example.com", true)]
    [InlineData("{name}@canary.test", true)]
    [InlineData("canary@example.com", false)]
    [InlineData("{name}{name}@example.com", false)]
    [InlineData("canary@{name}.example.com", false)]
    [InlineData("{name}", false)]
    [InlineData("a@b@{name}", false)]
    [InlineData("{name} x@example.com", false)]
    [InlineData("{name}%@example.com", false)]
    public void Pattern_names_people_before_the_at_sign(string text, bool isPattern) =>
        Assert.Equal(isPattern, CanaryAddresses.IsPattern(text));

    [Fact]
    public void People_have_addresses_in_lower_case()
    {
        Assert.Equal("canary+owner@example.com", Addresses.Owner);
        Assert.Equal("canary+signup-7@example.com", Addresses.NewUser(7));
    }

    [Theory]
    [InlineData("canary+owner@example.com", true)]
    [InlineData("CANARY+Viewer@example.com", true)]
    [InlineData("canary+signup-1764155000@example.com", true)]
    [InlineData("canary+alerts@example.com", false)]
    [InlineData("canary+signup-@example.com", false)]
    [InlineData("canary+signup-1x@example.com", false)]
    [InlineData("canary+signup-1@example.com.evil", false)]
    [InlineData("chef@example.com", false)]
    [InlineData("", false)]
    public void Accounts_are_the_canarys_by_address(string email, bool isCanary) =>
        Assert.Equal(isCanary, Addresses.Include(email));
}
