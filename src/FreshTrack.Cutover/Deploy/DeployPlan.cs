namespace FreshTrack.Cutover.Deploy;

/// <summary>What changes on a server when a release takes the place of another.</summary>
/// <param name="Rounds">Services that are started or replaced together, round after round.</param>
/// <param name="Same">Services that go on running.</param>
/// <param name="Gone">Services that the release does not have; their containers go last.</param>
public sealed record DeployPlan(
    IReadOnlyList<IReadOnlyList<string>> Rounds,
    IReadOnlyList<string> Same,
    IReadOnlyList<string> Gone
)
{
    /// <summary>Services that go on running and take in a changed file.</summary>
    public IReadOnlyList<string> Reloads { get; init; } = [];

    /// <param name="now">Hash by service of what was deployed last; empty on an empty server.</param>
    /// <param name="next">The release's services, in the order of their start.</param>
    /// <param name="well">Services that run and are well.</param>
    public static DeployPlan Of(
        IReadOnlyDictionary<string, string> now,
        IReadOnlyList<DeployedService> next,
        IReadOnlySet<string> well
    )
    {
        var different = next.Where(service =>
                now.GetValueOrDefault(service.Name) != service.Hash || !well.Contains(service.Name)
            )
            .ToList();
        var reloads = different
            .Where(service => service.CanReload(now.GetValueOrDefault(service.Name)) && well.Contains(service.Name))
            .ToList();
        var changed = different.Except(reloads).ToList();
        var rounds = new List<IReadOnlyList<string>>();
        var together = new List<string>();
        foreach (var service in changed)
        {
            if (service.Update == ServiceUpdate.Together)
            {
                together.Add(service.Name);
                continue;
            }

            if (together.Count > 0)
            {
                rounds.Add([.. together]);
                together.Clear();
            }

            rounds.Add([service.Name]);
        }

        if (together.Count > 0)
        {
            rounds.Add(together);
        }

        return new DeployPlan(
            rounds,
            [.. next.Select(service => service.Name).Except(changed.Select(service => service.Name))],
            [.. now.Keys.Except(next.Select(service => service.Name)).Order()]
        )
        {
            Reloads = [.. reloads.Select(service => service.Name)],
        };
    }

    public override string ToString() =>
        $"{Rounds.Sum(round => round.Count)} services are started or replaced, {Same.Count} go on running "
        + $"({Reloads.Count} with a new file), {Gone.Count} go";
}
