using System.Net;
using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Environments;
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
    ) => Judge(await InstancesAsync(run, cancellationToken));

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
                var instances = await InstancesAsync(run, cancellationToken);
                if (instances.FirstOrDefault(one => !AreHeld(one)) is { } loose)
                {
                    throw new SmokeFailedException(
                        $"notifications are not held by {loose.Instance}, so customers may be told of alerts before "
                            + "the release. Run the API's command 'notifications hold'"
                    );
                }

                var others = await owner.GetAsync($"api/orgs/{Guid.CreateVersion7()}/alerts", cancellationToken);
                others.Demand(HttpStatusCode.ServiceUnavailable);
                await owner.GetAsync($"{CanaryOrganization.Path}/alerts", HttpStatusCode.OK, cancellationToken);
                return StepResult.Pass("the canary gets in, other organizations are put off, notifications are held");
            },
            cancellationToken
        );

    /// <summary>Every instance that there should be has to be well.</summary>
    internal static StepResult Judge(IReadOnlyList<InstanceHealth> instances)
    {
        var results = instances.Select(Judge).ToList();
        return results.Find(result => result.Verdict != Verdict.Pass)
            ?? (
                results.Count == 0
                    ? new StepResult(Verdict.Fail, "no instance of the API runs, expected every one of them")
                    : StepResult.Pass(string.Join("; ", results.Select(result => result.Summary)))
            );
    }

    private static StepResult Judge(InstanceHealth instance)
    {
        if (instance is not { Status: { } status, Answer: { } health })
        {
            return new StepResult(Verdict.Fail, $"GET /health: {instance}");
        }

        string[] problems =
        [
            .. Parts
                .Where(part => $"{health[part.Key]?["status"]}" != Ok)
                .Select(part => $"{part.Name} is '{health[part.Key]?["status"]}': {part.Advice}"),
        ];
        return status == HttpStatusCode.OK && $"{health["status"]}" == Ok && problems.Length == 0
            ? StepResult.Pass(
                $"{instance.Instance} is ok: database in {Milliseconds("database")}, Redis in {Milliseconds("redis")}, "
                    + $"object store in {Milliseconds("object_store")}"
            )
            : new StepResult(
                Verdict.Fail,
                $"GET /health of {instance.Instance} answered {(int)status} and '{health["status"]}', expected 200 and "
                    + "'ok'"
                    + string.Concat(problems.Select(problem => $"; {problem}"))
            );

        string Milliseconds(string part) => $"{health[part]?["milliseconds"]} ms";
    }

    private static bool AreHeld(InstanceHealth instance) =>
        instance.Answer?["notifications_held"]?.GetValue<bool>() == true;

    // A slice on servers given by address knows the API's address alone.
    private static async Task<IReadOnlyList<InstanceHealth>> InstancesAsync(
        RunContext run,
        CancellationToken cancellationToken
    ) =>
        run.Deployment is { } deployment
            ? await deployment.HealthAsync(cancellationToken)
            : [await InstanceHealth.AskAsync("the API", run.Api.Value, cancellationToken)];
}
