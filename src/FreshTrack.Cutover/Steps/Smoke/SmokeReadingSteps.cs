using System.Net;
using System.Text.Json.Nodes;
using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Steps;

/// <summary>Smoke tests of what people look at and set up.</summary>
public static class SmokeReadingSteps
{
    /// <summary>From sending a webhook until a query shows its reading, the query included.</summary>
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Readings from before the move are shown as they were.</summary>
    public static Task<StepResult> ReadingsAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) =>
        SmokeTest.RunAsOwnerAsync(
            run,
            async (test, api) =>
            {
                var shown = await ReadingsAsync(api, limit: 1_000, cancellationToken);
                var expected = CanaryLimits.In(test.Environment.TemperatureUnit).Inside;
                var right = CanaryIds.Readings.Count(id =>
                    shown.Any(reading => Id(reading) == id && reading!["temperature"]?.GetValue<decimal>() == expected)
                );
                return right == CanaryIds.Readings.Length
                    ? StepResult.Pass($"the owner saw all {right} readings from before the move")
                    : throw new SmokeFailedException(
                        $"the owner saw {right} of {CanaryIds.Readings.Length} readings from before the move at "
                            + $"{expected}°{test.Environment.TemperatureUnit ?? "F"}, among {shown.Count} of the unit"
                    );
            },
            cancellationToken
        );

    /// <summary>The owner creates an area and sees it.</summary>
    public static Task<StepResult> CreateAreaAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) =>
        SmokeTest.RunAsOwnerAsync(
            run,
            async (test, api) =>
            {
                var path = $"{CanaryOrganization.SitePath}/areas";
                var name = $"Smoke test {test.Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss.fff}";
                var body = new JsonObject { ["name"] = name };
                var created = await api.PostAsync(path, body, HttpStatusCode.Created, cancellationToken);
                var areas = await api.GetAsync(path, HttpStatusCode.OK, cancellationToken);
                return (areas["data"] as JsonArray)?.Any(area => Id(area) == Id(created["data"])) == true
                    ? StepResult.Pass($"the owner created the area «{name}» and saw it")
                    : throw new SmokeFailedException($"the area «{name}» was created, and the list does not show it");
            },
            cancellationToken
        );

    /// <summary>What the sensor sends is shown within five seconds.</summary>
    public static Task<StepResult> WebhookAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) =>
        SmokeTest.RunAsOwnerAsync(
            run,
            async (test, owner) =>
            {
                using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var began = TimeProvider.System.GetTimestamp();
                limited.CancelAfter(SeenWithin);
                try
                {
                    await SeeAsync(test, owner, limited.Token);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    throw new SmokeFailedException(
                        $"the test webhook's reading was not seen within {SeenWithin.TotalSeconds:0} s. Look at the "
                            + "API's log and at /metrics"
                    );
                }

                return StepResult.Pass(
                    "the test webhook's reading was seen after "
                        + $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.00} s"
                );
            },
            cancellationToken
        );

    private static async Task SeeAsync(SmokeTest test, CanaryApi owner, CancellationToken cancellationToken)
    {
        var reading = await test.SendUplinkAsync(CanaryLimits.Normal, test.Clock.GetUtcNow(), cancellationToken);
        while (!(await ReadingsAsync(owner, limit: 20, cancellationToken)).Any(shown => Id(shown) == reading))
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<JsonArray> ReadingsAsync(CanaryApi api, int limit, CancellationToken cancellationToken)
    {
        var path = $"{CanaryOrganization.UnitPath}/readings?limit={limit}";
        var page = await api.GetAsync(path, HttpStatusCode.OK, cancellationToken);
        return page["data"] as JsonArray ?? throw new SmokeFailedException($"GET /{path} answered no list of readings");
    }

    private static Guid? Id(JsonNode? item) => Guid.TryParse($"{item?["id"]}", out var id) ? id : null;
}
