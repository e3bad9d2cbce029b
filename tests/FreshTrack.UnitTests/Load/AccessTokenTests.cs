using System.Buffers.Text;
using System.Text;
using FreshTrack.Clients.StackAuth;
using FreshTrack.Load;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Load;

public sealed class AccessTokenTests
{
    private readonly FakeTimeProvider clock = new();

    [Theory]
    [InlineData(10)]
    [InlineData(600)]
    public void Token_is_renewed_once_halfway_through_the_life_that_it_states(int life)
    {
        var renewals = 0;
        var token = new AccessToken(Living(life), _ => Task.FromResult(Living(life, $"{++renewals}")), clock);

        clock.Advance(TimeSpan.FromSeconds((life / 2) - 1));
        Assert.Equal(Living(life), token.Current);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Living(life, "1"), token.Current);
        Assert.Equal(Living(life, "1"), token.Current);
        clock.Advance(TimeSpan.FromSeconds(life / 2));
        Assert.Equal(Living(life, "2"), token.Current);
    }

    [Theory]
    [InlineData("opaque")]
    [InlineData("a.b!.c")]
    [InlineData("a.W10.c")]
    [InlineData("a.e30.c")]
    [InlineData("a.eA.c")]
    public void Token_without_claims_is_taken_to_live_as_Stack_Auth_documents(string token) =>
        Assert.Equal(TimeSpan.FromMinutes(10), TokenLife.Of(token));

    [Theory]
    [InlineData("""{"iat":1700000000}""")]
    [InlineData("""{"iat":1700000000,"exp":1700000000}""")]
    [InlineData("""{"iat":1700000000,"exp":1600000000}""")]
    [InlineData("""{"iat":1700000000,"exp":1700000600.5}""")]
    [InlineData("""{"iat":"1700000000","exp":"1700000600"}""")]
    [InlineData("""{"iat":null,"exp":1700000600}""")]
    [InlineData("""{"iat":0,"exp":9223372036854775807}""")]
    [InlineData("""{"iat":-9223372036854775808,"exp":9223372036854775807}""")]
    public void Token_that_states_no_life_is_taken_to_live_as_Stack_Auth_documents(string claims) =>
        Assert.Equal(
            TimeSpan.FromMinutes(10),
            TokenLife.Of($"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln")
        );

    [Fact]
    public void Requests_go_on_with_the_old_token_while_the_new_one_is_asked_for()
    {
        var asked = 0;
        var answer = new TaskCompletionSource<string>();
        var token = new AccessToken(
            Living(10),
            _ =>
            {
                asked++;
                return answer.Task;
            },
            clock
        );
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(Living(10), token.Current);
        Assert.Equal(Living(10), token.Current);
        Assert.Equal(1, asked);
        answer.SetResult("second");
        Assert.Equal("second", token.Current);
    }

    [Fact]
    public void Token_that_ended_unused_is_never_given_out()
    {
        var token = new AccessToken(
            Living(10),
            async _ =>
            {
                await Task.Yield();
                return "second";
            },
            clock
        );
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("second", token.Current);
    }

    [Fact]
    public void Renewal_that_failed_is_tried_again()
    {
        var down = true;
        var token = new AccessToken(
            Living(60),
            _ => down ? throw new StackAuthException("down") : Task.FromResult("second"),
            clock
        );
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(Living(60), token.Current);

        down = false;
        Assert.Equal(Living(60), token.Current);
        clock.Advance(AccessToken.TryAgainAfter);
        Assert.Equal("second", token.Current);
    }

    /// <summary>A token that lives some seconds, by what it states.</summary>
    private static string Living(int seconds, string name = "first")
    {
        var claims = $$"""{"sub":"{{name}}","iat":1700000000,"exp":{{1700000000 + seconds}}}""";
        return $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln";
    }
}
