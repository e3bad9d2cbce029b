using FreshTrack.Clients.StackAuth;
using FreshTrack.Load;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Load;

public sealed class AccessTokenTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void Token_is_renewed_once_halfway_through_its_life()
    {
        var renewals = 0;
        var token = new AccessToken("first", _ => Task.FromResult($"renewed {++renewals}"), clock);

        clock.Advance(AccessToken.RenewAfter - TimeSpan.FromSeconds(1));
        Assert.Equal("first", token.Current);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("renewed 1", token.Current);
        Assert.Equal("renewed 1", token.Current);
        clock.Advance(AccessToken.RenewAfter);
        Assert.Equal("renewed 2", token.Current);
    }

    [Fact]
    public void Requests_go_on_with_the_old_token_while_the_new_one_is_asked_for()
    {
        var asked = 0;
        var answer = new TaskCompletionSource<string>();
        var token = new AccessToken(
            "first",
            _ =>
            {
                asked++;
                return answer.Task;
            },
            clock
        );
        clock.Advance(AccessToken.RenewAfter);

        Assert.Equal("first", token.Current);
        Assert.Equal("first", token.Current);
        Assert.Equal(1, asked);
        answer.SetResult("second");
        Assert.Equal("second", token.Current);
    }

    [Fact]
    public void Renewal_that_failed_is_tried_again()
    {
        var down = true;
        var token = new AccessToken(
            "first",
            _ => down ? throw new StackAuthException("down") : Task.FromResult("second"),
            clock
        );
        clock.Advance(AccessToken.RenewAfter);
        Assert.Equal("first", token.Current);

        down = false;
        Assert.Equal("first", token.Current);
        clock.Advance(AccessToken.TryAgainAfter);
        Assert.Equal("second", token.Current);
    }
}
