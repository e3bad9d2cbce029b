using System.Net;
using System.Text.Json.Nodes;
using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>Smoke tests of the services themselves.</summary>
public static class SmokeServiceSteps
{
    private const string Ok = "ok";

    private static readonly (string Key, string Name, string Advice)[] Parts =
    [
        ("database", "the database", "look at its container and at FRESHTRACK_DATABASE"),
        ("redis", "Redis", "look at its container and at FRESHTRACK_REDIS"),
        ("object_store", "the object store", "look at its container and at FRESHTRACK_OBJECT_STORE"),
    ];

    /// <summary>The API and everything that it depends on says <c>ok</c>; degraded is not enough, and neither is a part
    /// that nobody configured.</summary>
    public static async Task<StepResult> HealthAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var api = new CanaryApi(run.Api.Value, token: null);
            var answer = await api.GetAsync("health", cancellationToken);
            // It says the same with 503, and what is wrong stands in it.
            return Judge(answer.Status, answer.Demand(answer.Status));
        }
        catch (SmokeFailedException failed)
        {
            return new StepResult(Verdict.Fail, failed.Message);
        }
    }

    /// <summary>While the new system is held it puts off everybody but the canary.</summary>
    public static Task<StepResult> ClosedAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) =>
        SmokeTest.RunAsOwnerAsync(
            run,
            async (test, owner) =>
            {
                var health = await owner.GetAsync("health", HttpStatusCode.OK, cancellationToken);
                if (health["notifications_held"]?.GetValue<bool>() != true)
                {
                    throw new SmokeFailedException(
                        "notifications are not held, so customers may be told of alerts before the release. Run the "
                            + "API's command 'notifications hold'"
                    );
                }

                var others = await owner.GetAsync($"api/orgs/{Guid.CreateVersion7()}/alerts", cancellationToken);
                others.Demand(HttpStatusCode.ServiceUnavailable);
                await owner.GetAsync($"{CanaryOrganization.Path}/alerts", HttpStatusCode.OK, cancellationToken);
                return StepResult.Pass("the canary gets in, other organizations are put off, notifications are held");
            },
            cancellationToken
        );

    internal static StepResult Judge(HttpStatusCode status, JsonNode health)
    {
        string[] problems =
        [
            .. Parts
                .Where(part => $"{health[part.Key]?["status"]}" != Ok)
                .Select(part => $"{part.Name} is '{health[part.Key]?["status"]}': {part.Advice}"),
        ];
        return status == HttpStatusCode.OK && $"{health["status"]}" == Ok && problems.Length == 0
            ? StepResult.Pass(
                $"the API is ok: database in {Milliseconds("database")}, Redis in {Milliseconds("redis")}, object "
                    + $"store in {Milliseconds("object_store")}"
            )
            : new StepResult(
                Verdict.Fail,
                $"GET /health answered {(int)status} and '{health["status"]}', expected 200 and 'ok'"
                    + string.Concat(problems.Select(problem => $"; {problem}"))
            );

        string Milliseconds(string part) => $"{health[part]?["milliseconds"]} ms";
    }
}
