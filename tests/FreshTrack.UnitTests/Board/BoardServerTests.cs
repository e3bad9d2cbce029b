using System.Net;
using System.Net.Sockets;
using System.Text;
using FreshTrack.Cutover.Board;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Board;

public sealed class BoardServerTests : IAsyncLifetime
{
    private static readonly Phase[] Runbook = [new(1, "Freeze", TimeSpan.Zero, TimeSpan.FromMinutes(15), [])];

    private readonly LiveBoard board = new("rehearsal", Runbook, TimeProvider.System);
    private readonly HttpClient client = new();
    private BoardServer server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        server = await BoardServer.StartAsync(board, 0, TimeProvider.System, Token);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public void It_listens_on_loopback_alone() => Assert.Equal("127.0.0.1", server.Address.Host);

    [Fact]
    public async Task A_change_reaches_the_reader_without_asking_again()
    {
        await using var events = await client.GetStreamAsync(new Uri(server.Address, "events"), Token);
        using var reader = new StreamReader(events);
        board.Tell(new WorkStarted("Fixtures"));

        Assert.Contains("Fixtures", await UntilAsync(reader, "Fixtures"));
    }

    [Fact]
    public async Task The_last_state_is_sent_before_the_end()
    {
        await using var events = await client.GetStreamAsync(new Uri(server.Address, "events"), Token);
        using var reader = new StreamReader(events);
        await reader.ReadLineAsync(Token);
        board.Tell(new WorkStarted("The very last"));

        await server.DisposeAsync();

        var rest = await reader.ReadToEndAsync(Token);
        Assert.Contains("The very last", rest);
        Assert.EndsWith("event: end\ndata: {}\n\n", rest);
    }

    [Theory]
    [InlineData("freshtrack.example")]
    [InlineData("127.0.0.1:1")]
    public async Task A_page_of_another_name_is_not_served(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address);
        request.Headers.Host = host;
        using var response = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("POST", "", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "evidence", HttpStatusCode.NotFound)]
    public async Task There_is_nothing_to_change_and_nothing_else_to_read(
        string method,
        string path,
        HttpStatusCode status
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Address, path));
        using var response = await client.SendAsync(request, Token);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task A_reader_that_never_reads_holds_up_neither_the_run_nor_the_others()
    {
        using var stalled = new TcpClient();
        await stalled.ConnectAsync(IPAddress.Loopback, server.Address.Port, Token);
        await stalled
            .GetStream()
            .WriteAsync(
                Encoding.ASCII.GetBytes($"GET /events HTTP/1.1\r\nHost: {server.Address.Authority}\r\n\r\n"),
                Token
            );
        var step = new Step("import.rows", "Import", (_, _, _) => Task.FromResult(StepResult.Pass("")));
        board.Tell(new PhaseStarted(Runbook[0]));
        board.Tell(new StepStarted(step));
        for (var i = 0; i < 10_000; i++)
        {
            board.Tell(new StepProgressed(step, new StepProgress(new string('x', 1000) + i)));
        }

        Assert.Contains("x9999", await client.GetStringAsync(server.Address, Token));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_with_the_next_step()
    {
        var refusal = await Assert.ThrowsAsync<RefusedException>(() =>
            BoardServer.StartAsync(board, server.Address.Port, TimeProvider.System, Token)
        );

        Assert.Contains("--board", refusal.Message);
    }

    private static async Task<string> UntilAsync(StreamReader reader, string text)
    {
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            if (line.Contains(text))
            {
                return line;
            }
        }

        return "";
    }
}
