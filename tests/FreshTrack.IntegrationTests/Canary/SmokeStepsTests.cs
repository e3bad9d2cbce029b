using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Canary;

/// <summary>Each smoke test against a new system that does what it should, and against one that does not.</summary>
public sealed class SmokeStepsTests(Servers servers, StageMail mail) : IClassFixture<StageMail>, IAsyncLifetime
{
    private const string Reading = "5a000000-0000-4000-8000-000000000001";
    private const string Alert = "a1000000-0000-4000-8000-000000000001";

    private static readonly string Alerts = $"GET /{CanaryOrganization.Path}/alerts";
    private static readonly string Readings = $"GET /{CanaryOrganization.UnitPath}/readings";
    private static readonly string Areas = $"/{CanaryOrganization.SitePath}/areas";
    private static readonly string Acknowledge = $"POST /{CanaryOrganization.Path}/alerts/{Alert}/acknowledge";

    private SmokeStage stage = null!;

    public async ValueTask InitializeAsync() => stage = await SmokeStage.StartAsync(servers, mail);

    public async ValueTask DisposeAsync() => await stage.DisposeAsync();

    [Theory]
    [InlineData("true", 200, 503, Verdict.Pass, "the canary gets in")]
    [InlineData("false", 200, 503, Verdict.Fail, "notifications are not held")]
    [InlineData("true", 200, 404, Verdict.Fail, "answered 404, expected 503")]
    [InlineData("true", 503, 503, Verdict.Fail, "answered 503, expected 200")]
    public async Task Nobody_but_the_canary_gets_in(string held, int canary, int others, Verdict verdict, string said)
    {
        stage.Api.Answers["GET /health"] = (200, $$"""{"notifications_held":{{held}},"status":"ok"}""");
        stage.Api.Answers[Alerts] = (canary, """{"data":[]}""");
        stage.Api.Other = (others, "{}");

        await DemandAsync(SmokeServiceSteps.ClosedAsync, verdict, said);
    }

    [Theory]
    [InlineData(3, "3.50", Verdict.Pass, "saw all 3 readings")]
    [InlineData(2, "3.50", Verdict.Fail, "saw 2 of 3 readings")]
    [InlineData(3, "3.51", Verdict.Fail, "saw 0 of 3 readings")]
    public async Task Readings_are_shown_as_they_were(int count, string temperature, Verdict verdict, string said)
    {
        var shown = CanaryIds.Readings.Take(count).Select(id => $$"""{"temperature":{{temperature}},"id":"{{id}}"}""");
        stage.Api.Answers[Readings] = (200, $$"""{"data":[{{string.Join(',', shown)}}]}""");

        await DemandAsync(SmokeReadingSteps.ReadingsAsync, verdict, said);
    }

    [Theory]
    [InlineData(201, Alert, Verdict.Pass, "and saw it")]
    [InlineData(201, Reading, Verdict.Fail, "the list does not show it")]
    [InlineData(403, Alert, Verdict.Fail, "answered 403, expected 201")]
    public async Task Area_is_created_and_shown(int status, string shown, Verdict verdict, string said)
    {
        stage.Api.Answers[$"POST {Areas}"] = (status, $$"""{"data":{"id":"{{Alert}}"} }""");
        stage.Api.Answers[$"GET {Areas}"] = (200, $$"""{"data":[{"id":"{{shown}}"}]}""");

        await DemandAsync(SmokeReadingSteps.CreateAreaAsync, verdict, said);
    }

    [Theory]
    [InlineData(200, $"\"{Reading}\"", Reading, Verdict.Pass, "was seen after")]
    [InlineData(200, $"\"{Reading}\"", Alert, Verdict.Fail, "was not seen within 5 s")]
    [InlineData(200, "null", Reading, Verdict.Fail, "made no reading")]
    [InlineData(401, "null", Reading, Verdict.Fail, "answered 401, expected 200")]
    public async Task Webhook_is_seen_by_its_own_reading(
        int status,
        string stored,
        string shown,
        Verdict verdict,
        string said
    )
    {
        stage.Api.Answers["POST /api/webhooks/ttn"] = (status, $$"""{"reading_id":{{stored}} }""");
        stage.Api.Answers[Readings] = (200, $$"""{"data":[{"id":"{{shown}}"}]}""");

        await DemandAsync(SmokeReadingSteps.WebhookAsync, verdict, said);
    }

    [Fact]
    public async Task Alert_that_somebody_else_acknowledged_fails()
    {
        stage.Api.Answers[Alerts] = (200, AlertPage("active"));
        stage.Api.Answers[Acknowledge] = (
            200,
            $$"""
            {"id":"{{Alert}}","alert_type":"temp_excursion","status":"acknowledged","acknowledged_by":"{{Reading}}"}
            """
        );

        await DemandAsync(SmokeAlertSteps.AcknowledgeAsync, Verdict.Fail, $"acknowledged by {stage.Owner}");
    }

    [Fact]
    public async Task Nothing_to_acknowledge_fails()
    {
        stage.Api.Answers[Alerts] = (200, """{"data":[]}""");

        await DemandAsync(SmokeAlertSteps.AcknowledgeAsync, Verdict.Fail, "no open alert to acknowledge");
    }

    [Theory]
    [InlineData(200, Verdict.Pass, "the owner was in after")]
    [InlineData(401, Verdict.Fail, "answered 401, expected 200")]
    public async Task Owner_resets_the_password_by_mail_and_the_API_must_know_them(
        int api,
        Verdict verdict,
        string said
    )
    {
        stage.Api.Answers[Alerts] = (api, """{"data":[]}""");

        await DemandAsync(SmokeAccountSteps.SignInAsync, verdict, said);
    }

    [Theory]
    [InlineData(404, "the target's table users has no such address")]
    [InlineData(401, "answered 401, expected 404")]
    public async Task New_user_whom_the_API_does_not_keep_fails(int api, string said)
    {
        stage.Api.Answers[Alerts] = (api, "{}");

        await DemandAsync(SmokeAccountSteps.SignUpAsync, Verdict.Fail, said);
    }

    [Fact]
    public async Task What_the_environment_lacks_is_named_and_passes_nothing()
    {
        var withoutMailbox = await stage.RunAsync(SmokeAccountSteps.SignInAsync, hasMailbox: false);
        var withoutBrowser = await stage.RunAsync(SmokeAccountSteps.SignUpAsync, hasBrowser: false);
        await stage.ForgetCanaryAsync();
        var withoutCanary = await stage.RunAsync(SmokeReadingSteps.WebhookAsync);

        Assert.All(
            [withoutMailbox, withoutBrowser, withoutCanary],
            result => Assert.Equal(Verdict.Inconclusive, result.Verdict)
        );
        Assert.Contains("canary.mailbox", withoutMailbox.Summary);
        Assert.Contains("stack_auth.publishable_key", withoutBrowser.Summary);
        Assert.Contains("no canary organization", withoutCanary.Summary);
    }

    [Fact]
    public async Task API_that_is_not_there_fails()
    {
        await stage.Api.DisposeAsync();

        await DemandAsync(SmokeServiceSteps.HealthAsync, Verdict.Fail, "GET /health: the API gives no answer");
    }

    private static string AlertPage(string status) =>
        $$"""
            {"data":[{"id":"{{Alert}}","alert_type":"temp_excursion","status":"{{status}}","acknowledged_by":null}]}
            """;

    private async Task DemandAsync(StepAction step, Verdict verdict, string said)
    {
        var result = await stage.RunAsync(step);

        Assert.True(result.Verdict == verdict, $"{result.Verdict}: {result.Summary}");
        Assert.Contains(said, result.Summary);
    }
}
