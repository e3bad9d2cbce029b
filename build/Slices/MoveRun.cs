using FreshTrack.Build.CommandLine;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Importing;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;

namespace FreshTrack.Build.Slices;

/// <summary>Preflight, Export, Import and Migrate: slices of the runbook that begin a run, or continue the newest one
/// that
/// the object store holds.</summary>
internal sealed class MoveRun : IAsyncDisposable
{
    private const string Kind = "move";

    private static readonly string[] Freeze = [CutoverRunbook.Freeze, CutoverRunbook.ProveFreeze];

    private static readonly string[] Moving =
    [
        CutoverRunbook.Export,
        CutoverRunbook.MapUsers,
        CutoverRunbook.Import,
        CutoverRunbook.AskSource,
    ];

    private readonly BuildContext context;
    private readonly RunInputs inputs;
    private readonly CutoverEnvironment servers;
    private readonly SliceRun slice;

    private MoveRun(BuildContext context, RunInputs inputs, CutoverEnvironment servers)
    {
        (this.context, this.inputs, this.servers) = (context, inputs, servers);
        slice = new SliceRun(context.Console, servers, inputs, context.TimeProvider);
    }

    private bool IsDry => context.Flag("no-write");

    /// <exception cref="RefusedException">There is no such plan, or it cannot be read.</exception>
    public static async Task<MoveRun> OpenAsync(BuildContext context) =>
        new(
            context,
            await RunInputs.ReadAsync(context.RepositoryRoot, context.PlanPath, policy: null, context.Cancellation),
            await EnvironmentOptions.OpenAsync(context)
        );

    /// <summary>Preflight alone.</summary>
    public Task PreflightAsync() => RunAsync("preflight", earlier: null, FinalCheckRunbook.Preflight);

    public async Task ExportAsync()
    {
        await ConfirmAsync();
        await MoveAsync("export", await EarlierAsync(), CutoverRunbook.Export);
    }

    public async Task ImportAsync()
    {
        DemandStackAuth();
        var earlier = await EarlierAsync() is { IsExported: true } exported
            ? exported
            : throw new RefusedException(
                $"The object store {servers.ObjectStore} holds no finished export of this plan. Run Export first."
            );
        await MoveAsync("import", earlier, Moving);
    }

    public async Task MigrateAsync()
    {
        DemandStackAuth();
        await ConfirmAsync();
        await MoveAsync("migrate", await EarlierAsync(), Moving);
    }

    public async Task UnfreezeAsync()
    {
        if (IsDry)
        {
            slice.Observers.Note("--unfreeze would open the source for writing again");
            return;
        }

        await Confirmation.Of(context).DemandAsync(servers, "open the source for writing again", context.Cancellation);
        using var evidence = NewEvidence();
        await slice.RunAsync(CutoverRunbook.Unfreeze, Kind, evidence, given: null, context.Cancellation);
    }

    public ValueTask DisposeAsync() => servers.DisposeAsync();

    /// <summary>What cannot be taken back is confirmed at once, before the first of it is done.</summary>
    private async Task ConfirmAsync()
    {
        string[] destructive =
        [
            .. context.Flag("restart") ? ["clear what the newest run wrote"] : Array.Empty<string>(),
            .. context.Flag("freeze") ? ["close the source for writing"] : Array.Empty<string>(),
        ];
        if (destructive.Length > 0 && !IsDry)
        {
            servers.DemandDatabases();
            await Confirmation
                .Of(context)
                .DemandAsync(servers, string.Join(" and ", destructive), context.Cancellation);
        }
    }

    /// <summary>The users come last; what is missing for them is said before the source is closed and
    /// exported.</summary>
    private void DemandStackAuth()
    {
        if (servers.StackAuth is { } || IsDry)
        {
            return;
        }

        if (inputs.Plan.Tables.Any(table => table.Source == ResolvedPlan.AuthUsers))
        {
            UserMapper.Demand(stackAuth: null, ResolvedPlan.AuthUsers);
        }
    }

    private async Task MoveAsync(string name, StoredRun? earlier, params string[] steps)
    {
        var freezes = context.Flag("freeze");
        if (IsDry)
        {
            if (freezes)
            {
                slice.Observers.Note("--freeze would close the source's tables for writing");
            }

            var checkedRun = await RunAsync(name, earlier, FinalCheckRunbook.Preflight);
            await MovePreview.ShowAsync(context.Console, servers, checkedRun.Resolved.Value, context.Cancellation);
            return;
        }

        var run = await RunAsync(name, earlier, [FinalCheckRunbook.Preflight, .. freezes ? Freeze : [], .. steps]);
        var summary = run.Summary;
        slice.Observers.Note(
            $"run {summary.RunId}: {summary.Rows:N0} rows in {summary.Seconds:N1} s, peak memory "
                + $"{summary.PeakMemoryBytes / 1e6:N0} MB"
        );
        if (run.Users.Found is { Users: > 0 } users)
        {
            slice.Observers.Note(
                $"{users.Users} users have no password in Stack Auth yet: migration.user_map in the target "
                    + "lists whom to "
                    + "send a reset"
            );
        }
    }

    private async Task<RunContext> RunAsync(string name, StoredRun? earlier, params string[] steps)
    {
        servers.DemandDatabases();
        using var evidence =
            IsDry ? EvidenceFolder.CreateTemporary(Kind, context.TimeProvider.GetUtcNow())
            : earlier is null ? NewEvidence()
            : EvidenceFolder.Open(context.RunsDirectory, earlier.Id);
        if (earlier is not null)
        {
            slice.Observers.Note($"resuming run {earlier.Id}");
        }

        return await slice.RunAsync(
            CutoverRunbook.Whole.Slice(name, steps),
            Kind,
            evidence,
            run => run.IsStored = earlier is not null,
            context.Cancellation
        );
    }

    private EvidenceFolder NewEvidence() =>
        EvidenceFolder.Create(context.RunsDirectory, Kind, context.TimeProvider.GetUtcNow());

    /// <summary>The newest run of this plan in the object store; with <c>--restart</c> it is cleared first, and there
    /// is
    /// none.</summary>
    private async Task<StoredRun?> EarlierAsync()
    {
        var newest = await StoredRun.NewestAsync(servers.ObjectStore, context.Cancellation);
        if (newest?.Id.EndsWith($"-{ProcedureKinds.Cutover}") == true)
        {
            throw new RefusedException(
                $"Run {newest.Id} in the object store is a cutover's: it is continued by Cutover, taken back by "
                    + "Rollback and cleared by FinalCheck. Nothing was changed."
            );
        }

        if (newest is not null && newest.PlanHash != inputs.Plan.Hash)
        {
            slice.Observers.Note(
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
            slice.Observers.Note($"--restart would clear what run {newest.Id} wrote");
            return null;
        }

        var eraser = new RunEraser(servers.Target, servers.ObjectStore, context.TimeProvider);
        return await slice.Observers.ShowAsync(
            $"Clear run {newest.Id}",
            async _ =>
            {
                using var held = HoldFolder(newest.Id);
                await eraser.RunAsync(newest.Id, context.Cancellation);
                return (StoredRun?)null;
            },
            _ => "what it wrote is gone from target and object store"
        );
    }

    /// <summary>A process that still works on the run has its folder; one that began on another machine has none
    /// here.</summary>
    private IDisposable? HoldFolder(string runId) =>
        Path.Combine(context.RunsDirectory, runId) is var folder && Directory.Exists(folder)
            ? EvidenceFolder.HoldExisting(folder)
            : null;
}
