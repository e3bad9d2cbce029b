using FreshTrack.Build.Rehearsing;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Migration;
using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Preflighting;
using FreshTrack.Plan;

namespace FreshTrack.Build.Moving;

/// <summary>What Preflight, Export, Import and Migrate share: the plan, the servers, the run that is begun or gone on
/// with, and its evidence.</summary>
internal sealed class MoveSession : IAsyncDisposable
{
    private const string Kind = "move";
    private const int ShownFindings = 20;

    private readonly BuildContext context;
    private EvidenceFolder? evidence;

    private MoveSession(BuildContext context, MigrationPlan plan)
    {
        this.context = context;
        Plan = plan;
        Servers = new MoveServers(context);
        Screen = new RunScreen(context.Console);
    }

    public MigrationPlan Plan { get; }

    public MoveServers Servers { get; }

    public RunScreen Screen { get; }

    /// <summary>Nothing is to be written, neither data nor evidence.</summary>
    public bool IsDry => context.Flag("no-write");

    public Migrator Migrator =>
        new(Servers.Source, Servers.Target, Servers.Store, Servers.StackAuth(), context.TimeProvider);

    /// <exception cref="RefusedException">There is no such plan, or it is none.</exception>
    public static MoveSession Open(BuildContext context) => new(context, PlanFile.Load(context.PlanPath));

    /// <summary>The newest run of this plan in the object store; with <c>--restart</c> it is cleared first, and there
    /// is none.</summary>
    public async Task<StoredRun?> EarlierRunAsync()
    {
        var newest = await StoredRun.NewestAsync(Servers.Store, Kind, context.Cancellation);
        if (newest is not null && newest.PlanHash != Plan.Hash)
        {
            Screen.Note(
                $"run {newest.Id} in the object store is of another plan ({newest.PlanHash[..12]}…) and is left alone"
            );
            return null;
        }

        if (newest is null || !context.Flag("restart"))
        {
            return newest;
        }

        if (IsDry)
        {
            Screen.Note($"--restart would clear what run {newest.Id} wrote");
            return null;
        }

        return await Screen.ShowAsync(
            $"Clear run {newest.Id}",
            async _ =>
            {
                await Migrator.ClearAsync(newest.Id, context.Cancellation);
                return (StoredRun?)null;
            },
            _ => "what it wrote is gone from target and object store"
        );
    }

    /// <summary>The run's id, and the evidence folder of that name.</summary>
    public MoveOptions Begin(StoredRun? earlier)
    {
        if (earlier is not null)
        {
            Screen.Note($"going on with run {earlier.Id}");
        }

        if (IsDry)
        {
            return new MoveOptions(earlier?.Id ?? "(new)");
        }

        evidence = earlier is null
            ? EvidenceFolder.Create(context.RunsDirectory, Kind, context.TimeProvider.GetUtcNow())
            : EvidenceFolder.Open(context.RunsDirectory, earlier.Id);
        return new MoveOptions(evidence.RunId);
    }

    public Task WriteAsync<T>(string name, T value) =>
        evidence is null ? Task.CompletedTask : evidence.WriteJsonAsync(name, value, context.Cancellation);

    public Task WriteTextAsync(string name, string text) =>
        evidence is null ? Task.CompletedTask : evidence.WriteTextAsync(name, text, context.Cancellation);

    /// <summary>Holds the plan against both databases and the data.</summary>
    /// <exception cref="TargetFailedException">Something was found that would keep rows from arriving as they
    /// are.</exception>
    public async Task<ResolvedPlan> PreflightAsync()
    {
        var result = await Screen.ShowAsync(
            "Preflight",
            _ => Preflight.RunAsync(Plan, Servers.Source, Servers.Target, context.Cancellation),
            Summary
        );
        await WriteAsync("preflight", new PreflightReport(result.Verdict, result.Findings));
        foreach (var finding in result.Findings.OrderByDescending(finding => finding.Verdict).Take(ShownFindings))
        {
            Screen.Finding(finding);
        }

        if (result.Findings.Count > ShownFindings)
        {
            Screen.Note(
                $"and {result.Findings.Count - ShownFindings} "
                    + $"more{(evidence is null ? "" : $" in {evidence.PathOf("preflight.json")}")}"
            );
        }

        return result.Verdict is Verdict.Fail or Verdict.Inconclusive || result.Plan is null
            ? throw new TargetFailedException(
                result.Verdict == Verdict.Inconclusive ? ExitCodes.Inconclusive : ExitCodes.Failed,
                $"Preflight says {result.Verdict}: mend the plan or the data, and run again. Nothing was moved."
            )
            : result.Plan;
    }

    /// <summary>What preflight has let through before, held against the catalogs as they are now.</summary>
    /// <exception cref="RefusedException">They have changed.</exception>
    public async Task<ResolvedPlan> ResolveAsync()
    {
        var resolution = PlanResolver.Resolve(
            Plan,
            await Catalog.ReadAsync(Servers.Source, context.Cancellation),
            await Catalog.ReadAsync(Servers.Target, context.Cancellation)
        );
        return resolution.Plan
            ?? throw new RefusedException(
                "The plan no longer fits the databases: "
                    + $"{string.Join("; ", resolution.Findings.Where(finding => finding.Verdict == Verdict.Fail).Take(3).Select(finding => $"{finding.Subject}: {finding.Message}"))}. "
                    + "Run Preflight."
            );
    }

    /// <summary>With <c>--freeze</c>, closes the source for writing and proves it; without, leaves it as it
    /// is.</summary>
    /// <exception cref="TargetFailedException">The freeze does not hold.</exception>
    public async Task FreezeAsync()
    {
        if (!context.Flag("freeze"))
        {
            return;
        }

        if (IsDry)
        {
            Screen.Note("--freeze would close the source's tables for writing");
            return;
        }

        var freeze = new Freeze(Servers.Source, Plan, context.TimeProvider);
        var proof = await Screen.ShowAsync(
            "Freeze",
            async _ =>
            {
                var applied = await freeze.ApplyAsync(context.Cancellation);
                applied.NotPermitted.ToList().ForEach(denied => Screen.Note($"not permitted: {denied}"));
                return await freeze.ProveAsync(context.Cancellation);
            },
            proof => $"{proof.State.Tables.Count} tables refuse writes, {proof.Attempts.Count} writes were tried"
        );
        if (!proof.Holds)
        {
            throw new TargetFailedException(
                ExitCodes.Failed,
                $"The freeze does not hold: {string.Join("; ", proof.Open)}"
            );
        }
    }

    public async Task<T> ShowAsync<T>(
        string what,
        Func<IProgress<MoveProgress>, Task<T>> work,
        Func<T, string> summary
    ) => await Screen.ShowAsync(what, text => work(new MoveProgressText(text)), summary);

    public ValueTask DisposeAsync()
    {
        evidence?.Dispose();
        return Servers.DisposeAsync();
    }

    private static string Summary(PreflightResult result) =>
        result.Findings.Count == 0
            ? "nothing stands in the way"
            : string.Join(
                ", ",
                result
                    .Findings.GroupBy(finding => finding.Verdict)
                    .OrderByDescending(group => group.Key)
                    .Select(group => $"{group.Count()} {group.Key}")
            );
}
