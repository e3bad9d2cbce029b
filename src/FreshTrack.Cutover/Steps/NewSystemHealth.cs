using FreshTrack.Cutover.Environments;

namespace FreshTrack.Cutover.Steps;

/// <summary>What the new API says of itself at <c>/health</c>, also during maintenance. Every instance that runs has to
/// say the same.</summary>
internal static class NewSystemHealth
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private const string Maintenance = "maintenance";
    private const string SensorsRefused = "sensors_refused";

    /// <returns>Whether it is in maintenance; null where no instance runs.</returns>
    /// <exception cref="InvalidOperationException">For 15 s its instances did not say the same, or one gave no answer:
    /// each looks once a second, and a process that was killed did not wait for its start.</exception>
    public static async Task<bool?> IsInMaintenanceAsync(
        IApiDeployment deployment,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var found = await UntilAsync(
            deployment,
            Maintenance,
            said => said.All(one => one.Value is not null && one.Value == said[0].Value),
            "the same from every instance",
            StartLimit,
            clock,
            cancellationToken
        );
        return found.Count == 0 ? null : found[0].Value;
    }

    /// <summary>Waits until every instance has heard of the switch; each looks once a second.</summary>
    /// <exception cref="InvalidOperationException">One has not heard of it within half a minute.</exception>
    public static Task WaitAsync(
        IApiDeployment deployment,
        bool isInMaintenance,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) => WaitAsync(deployment, Maintenance, isInMaintenance, clock, cancellationToken);

    /// <summary>As <see cref="WaitAsync(IApiDeployment, bool, TimeProvider, CancellationToken)"/>, until sensors are
    /// put off too.</summary>
    public static Task WaitForRefusedSensorsAsync(
        IApiDeployment deployment,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) => WaitAsync(deployment, SensorsRefused, expected: true, clock, cancellationToken);

    private static async Task WaitAsync(
        IApiDeployment deployment,
        string field,
        bool expected,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) =>
        await UntilAsync(
            deployment,
            field,
            said => said.All(one => one.Value == expected),
            expected ? "true" : "false",
            Limit,
            clock,
            cancellationToken
        );

    /// <summary>Asks again and again. An instance that does not run serves nobody, and is not asked.</summary>
    /// <returns>What was said at last; empty where no instance runs.</returns>
    private static async Task<IReadOnlyList<Said>> UntilAsync(
        IApiDeployment deployment,
        string field,
        Func<IReadOnlyList<Said>, bool> isEnough,
        string expected,
        TimeSpan limit,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            IReadOnlyList<Said> said =
            [
                .. (await deployment.HealthAsync(cancellationToken))
                    .Where(instance => instance.Runs)
                    .Select(instance => Read(instance, field)),
            ];
            if (isEnough(said))
            {
                return said;
            }

            if (clock.GetElapsedTime(started) > limit)
            {
                throw new InvalidOperationException(
                    $"The API's /health says of {field} after {limit.TotalSeconds:0} s: {string.Join("; ", said)}. "
                        + $"Expected {expected}. Look at the log of each instance, then try again."
                );
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    private static Said Read(InstanceHealth instance, string field) =>
        instance.Status is null ? new Said(null, $"{instance}")
        : instance.Answer?[field]?.GetValue<bool>() is { } value
            ? new Said(value, $"{instance.Instance} says {(value ? "true" : "false")}")
        : throw new InvalidOperationException($"/health says nothing of {field}: {instance}");

    /// <param name="Value">Null where there was no answer.</param>
    private sealed record Said(bool? Value, string Text)
    {
        public override string ToString() => Text;
    }
}
