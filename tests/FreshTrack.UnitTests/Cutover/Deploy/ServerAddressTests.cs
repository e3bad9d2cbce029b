using FreshTrack.Cutover.Deploy;

namespace FreshTrack.UnitTests.Cutover.Deploy;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("local", "this machine")]
    [InlineData("ssh://deploy@new.example.com", "deploy@new.example.com")]
    [InlineData("ssh://new.example.com:2222", "new.example.com:2222")]
    [InlineData("ssh://deploy@192.0.2.4:22/", "deploy@192.0.2.4:22")]
    public void Address_of_a_server_is_read(string text, string shown) =>
        Assert.Equal(shown, $"{ServerAddress.Parse(text)}");

    [Theory]
    [InlineData("new.example.com")]
    [InlineData("ssh://deploy:secret@new.example.com")]
    [InlineData("ssh://deploy@new.example.com/opt")]
    [InlineData("ssh://-oProxyCommand=x@host")]
    [InlineData("ssh://-oProxyCommand=x")]
    [InlineData("tcp://host:2375")]
    [InlineData("")]
    public void Anything_else_is_none(string text) => Assert.Null(ServerAddress.Parse(text));

    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("$(reboot)\n;", "'$(reboot)\n;'")]
    public void Word_reaches_the_server_as_it_is(string word, string quoted) =>
        Assert.Equal(quoted, ServerShell.Quoted(word));
}
