using System.Net;
using System.Text.Json.Nodes;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.Canary;

public sealed class SmokeHealthTests
{
    [Fact]
    public void All_parts_must_be_ok()
    {
        var result = Judge(HttpStatusCode.OK, Health("ok", "ok", "ok", "ok"));

        Assert.Equal(Verdict.Pass, result.Verdict);
        Assert.Equal("api is ok: database in 1.5 ms, Redis in 1.5 ms, object store in 1.5 ms", result.Summary);
    }

    [Theory]
    [InlineData("degraded", "ok", "unavailable", "ok", "Redis is 'unavailable'")]
    [InlineData("degraded", "ok", "ok", "unavailable", "the object store is 'unavailable'")]
    [InlineData("ok", "ok", "ok", "not_configured", "the object store is 'not_configured'")]
    [InlineData("ok", "ok", "not_configured", "ok", "FRESHTRACK_REDIS")]
    [InlineData("draining", "ok", "ok", "ok", "'draining', expected 200 and 'ok'")]
    public void Less_than_ok_fails_by_name(string status, string database, string redis, string store, string said)
    {
        var result = Judge(HttpStatusCode.OK, Health(status, database, redis, store));

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains(said, result.Summary);
    }

    [Fact]
    public void Ok_with_another_status_fails() =>
        Assert.Equal(Verdict.Fail, Judge(HttpStatusCode.ServiceUnavailable, Health("ok", "ok", "ok", "ok")).Verdict);

    [Fact]
    public void Answer_without_parts_fails() =>
        Assert.Equal(Verdict.Fail, Judge(HttpStatusCode.OK, new JsonObject()).Verdict);

    [Fact]
    public void Every_instance_must_be_ok()
    {
        var well = new InstanceHealth("api-a", HttpStatusCode.OK, $"{Health("ok", "ok", "ok", "ok")}");
        var away = new InstanceHealth("api-b", Status: null, "its container is exited") { Runs = false };
        var slow = new InstanceHealth("api-b", HttpStatusCode.OK, $"{Health("degraded", "ok", "unavailable", "ok")}");

        Assert.Equal(Verdict.Pass, SmokeServiceSteps.Judge([well, well with { Instance = "api-b" }]).Verdict);
        Assert.Contains("api-b gives no answer (its container is exited)", Failed([well, away]));
        Assert.Contains("GET /health of api-b answered 200 and 'degraded'", Failed([well, slow]));
        Assert.Contains("no instance of the API runs", Failed([]));
    }

    private static string Failed(IReadOnlyList<InstanceHealth> instances)
    {
        var result = SmokeServiceSteps.Judge(instances);
        Assert.Equal(Verdict.Fail, result.Verdict);
        return result.Summary;
    }

    private static StepResult Judge(HttpStatusCode status, JsonObject health) =>
        SmokeServiceSteps.Judge([new InstanceHealth("api", status, health.ToJsonString())]);

    private static JsonObject Health(string status, string database, string redis, string store) =>
        new()
        {
            ["status"] = status,
            ["database"] = Part(database),
            ["redis"] = Part(redis),
            ["object_store"] = Part(store),
        };

    private static JsonObject Part(string status) => new() { ["status"] = status, ["milliseconds"] = 1.5 };
}
