namespace FreshTrack.Cutover.Deploy;

/// <summary>What runs of a release whose deployment ended early, for whoever decides what comes next.</summary>
/// <param name="New">Services of the release that run and are well.</param>
/// <param name="Before">Services that run, are well, and are still those of an earlier release.</param>
/// <param name="Down">Services that are not well, or do not run.</param>
public sealed record DeployState(IReadOnlyList<string> New, IReadOnlyList<string> Before, IReadOnlyList<string> Down)
{
    /// <param name="known">Hash by service of what was deployed last.</param>
    /// <param name="next">The release's services.</param>
    /// <param name="well">Services that run and are well.</param>
    internal static DeployState Of(
        IReadOnlyDictionary<string, string> known,
        IReadOnlyList<DeployedService> next,
        IReadOnlySet<string> well
    )
    {
        var up = next.Where(service => well.Contains(service.Name)).ToList();
        return new DeployState(
            [.. up.Where(service => known.GetValueOrDefault(service.Name) == service.Hash).Select(one => one.Name)],
            [.. up.Where(service => known.GetValueOrDefault(service.Name) != service.Hash).Select(one => one.Name)],
            [.. next.Where(service => !well.Contains(service.Name)).Select(one => one.Name)]
        );
    }

    /// <summary>What can be done now, best first.</summary>
    /// <param name="command">What deploys the checkout's release: <c>./build.sh Deploy --environment FILE</c>.</param>
    /// <param name="isBack">What ended early was a step back.</param>
    /// <param name="hasBegun">Services of the release may have been started or replaced.</param>
    /// <param name="before">The release to go back to; null where there is none.</param>
    public static IReadOnlyList<string> Next(string command, bool isBack, bool hasBegun, string? before) =>
        (isBack, hasBegun, before) switch
        {
            (true, _, _) =>
            [
                $"Continue the step back with what is left: {command} --previous",
                $"Or deploy the release of this checkout: {command}",
            ],
            (_, false, _) => [$"Nothing was replaced. Once the cause is fixed: {command}"],
            (_, _, null) =>
            [
                $"Continue with what is left, once the cause is fixed: {command}",
                "There is no release to go back to: none came to its end on this server before.",
            ],
            _ =>
            [
                $"Continue with what is left, once the cause is fixed: {command}",
                $"Or go back to release {before}: {command} --previous",
            ],
        };

    public override string ToString() =>
        $"Of this release run: {List(New)}. As before: {List(Before)}. Down: {List(Down)}.";

    private static string List(IReadOnlyList<string> services) =>
        services.Count == 0 ? "none" : string.Join(", ", services);
}
