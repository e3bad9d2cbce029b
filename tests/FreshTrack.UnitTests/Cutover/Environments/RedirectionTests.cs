using System.Net;
using System.Net.Sockets;
using System.Text;
using FreshTrack.Clients.StackAuth;
using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Cutover.Environments;

namespace FreshTrack.UnitTests.Cutover.Environments;

/// <summary>A key belongs to the server that the environment names, and to no other that this one points at.</summary>
public sealed class RedirectionTests : IDisposable
{
    private readonly TcpListener named = Listen();
    private readonly TcpListener elsewhere = Listen();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_of_Supabase_Auth_does_not_follow_a_redirection()
    {
        var settings = new EnvironmentSettings("test", EnvironmentKind.Stage)
        {
            Source = new SourceSettings { Auth = new SupabaseAuthSettings(Address(named), "key") },
        };
        await using var environment = CutoverEnvironment.Open(settings);
        var redirected = RedirectAsync();

        var attempt = await environment.SupabaseAuth!.AttemptWriteAsync(Token);

        await redirected;
        Assert.False(elsewhere.Pending());
        Assert.Equal(ServiceWriteOutcome.NotTried, attempt.Outcome);
        Assert.Contains($"302: moved to {Address(elsewhere)}", attempt.Answer);
    }

    [Fact]
    public async Task Key_of_Stack_Auth_does_not_follow_a_redirection()
    {
        var settings = new EnvironmentSettings("test", EnvironmentKind.Stage)
        {
            StackAuth = new StackAuthSettings(new StackAuthAddress(Address(named), "project", "key")),
        };
        await using var environment = CutoverEnvironment.Open(settings);
        var redirected = RedirectAsync();

        var failed = await Assert.ThrowsAsync<StackAuthException>(() =>
            environment.StackAuth!.SignInAsync(Guid.Empty, TimeSpan.FromHours(1), Token)
        );

        await redirected;
        Assert.False(elsewhere.Pending());
        Assert.Contains($"answered 302: moved to {Address(elsewhere)}", failed.Message);
    }

    public void Dispose()
    {
        named.Dispose();
        elsewhere.Dispose();
    }

    private async Task RedirectAsync()
    {
        using var client = await named.AcceptTcpClientAsync(Token);
        await using var stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[1], Token);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"HTTP/1.1 302 Found\r\nLocation: {Address(elsewhere)}\r\nContent-Length: 0\r\n"
                    + "Connection: close\r\n\r\n"
            ),
            Token
        );
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static Uri Address(TcpListener listener) => new($"http://{listener.LocalEndpoint}/");
}
