using System.Net;
using FreshTrack.Cutover.Deploy;

namespace FreshTrack.UnitTests.Cutover.Deploy;

public sealed class ApiInstancesTests
{
    [Fact]
    public void Answer_is_read_from_what_an_instance_sent()
    {
        var health = ApiInstances.Read(
            "api-a",
            "HTTP/1.1 503 Service Unavailable\nContent-Type: application/json\n\n{\"status\":\"unavailable\"}\n"
        );

        Assert.Equal(("api-a", HttpStatusCode.ServiceUnavailable), (health.Instance, health.Status));
        Assert.Equal("unavailable", $"{health.Answer!["status"]}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK")]
    [InlineData("SSH-2.0-OpenSSH_10.0\n\nhello")]
    [InlineData("ICY 200 OK\n\nhello")]
    public void What_is_no_answer_of_an_API_is_none(string sent)
    {
        var health = ApiInstances.Read("api-a", sent);

        Assert.Null(health.Status);
        Assert.True(health.Runs);
    }

    [Fact]
    public void Containers_are_read_with_whether_they_serve_somebody() =>
        Assert.Equal(
            [("api-a", true), ("api-b", false), ("caddy", true)],
            ApiInstances
                .Read("api-a running 0f1\napi-b exited 2e3\ncaddy restarting 4d5\n")
                .Select(instance => (instance.Service, instance.Runs))
        );

    [Theory]
    // A replacement that was cut short between making the new container and stopping the former one.
    [InlineData("api-a created 0f1\napi-a running 2e3", "2e3")]
    [InlineData("api-a running 0f1\napi-a restarting 2e3", "0f1 2e3")]
    [InlineData("api-a exited 0f1\napi-b running 2e3", "0f1")]
    [InlineData("api-b running 2e3", "")]
    public void Every_container_of_an_instance_that_runs_is_asked(string printed, string asked) =>
        Assert.Equal(
            asked,
            string.Join(' ', ApiInstances.ToAsk([.. ApiInstances.Read(printed)], "api-a").Select(one => one?.Id))
        );
}
