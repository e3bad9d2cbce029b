using FreshTrack.Clients.StackAuth;

namespace FreshTrack.UnitTests.Clients;

public sealed class StackAuthBrowserTests
{
    private const string Code = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHI";

    [Theory]
    [InlineData($"Follow this link: https://app.test/reset?code={Code}\n", Code)]
    [InlineData($"https://app.test/reset?from=mail&code={Code}&x=1", Code)]
    [InlineData($"<a href=\"https://app.test/reset?a=1&amp;code={Code}\">", Code)]
    [InlineData($"https://app.test/reset?code={Code}Z", null)]
    [InlineData("https://app.test/reset?code=short", null)]
    [InlineData($"https://app.test/reset?decode={Code}", null)]
    [InlineData("", null)]
    public void Code_is_read_from_the_link_of_a_mail(string mail, string? code) =>
        Assert.Equal(code, StackAuthBrowser.FindCode(mail));
}
