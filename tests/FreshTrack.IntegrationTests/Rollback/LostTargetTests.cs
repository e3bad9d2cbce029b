using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Rollback;

/// <summary>Traffic has moved, and the target does not answer any more.</summary>
public sealed class LostTargetTests(Servers servers) : IDisposable
{
    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public async Task Old_system_opens_and_what_is_lost_is_written_down()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Database=gone;Timeout=2");
        var deployment = new Deployed();
        var frozenAt = new DateTimeOffset(2026, 1, 15, 0, 10, 0, TimeSpan.Zero);
        var night = new NightRun(
            runs,
            "Ada",
            new CutoverEnvironment("test", EnvironmentKind.Stage)
            {
                Source = stage.Move.Source,
                Target = nowhere,
                ObjectStore = stage.Move.Store,
            },
            new RunInputs(stage.Run.Plan, "", new SourceTree("test", Clean: true)),
            new Unattended("test"),
            new RunObservers(TimeProvider.System),
            TimeProvider.System
        )
        {
            Deployment = deployment,
            IsTargetGone = true,
            Follows = await CutoverAsync(frozenAt),
        };

        var end = await night.RunAsync(
            ProcedureKinds.Rollback,
            RollbackRunbook.WithoutTarget.WithoutOldApplication(),
            Token
        );

        Assert.True(end.IsOver, end.End.Reason);
        Assert.True(deployment.IsStopped);
        var report = EvidenceJson.Deserialize<RollbackReport>(
            await File.ReadAllTextAsync(end.Run.Evidence.PathOf("rollback.json"), Token)
        );
        Assert.Equal((RollbackWay.Loss, frozenAt), (report.Way, report.Lost!.Since));
        await Move.ExecuteAsync(stage.Move.Source, "update tree set title = title", Token);
    }

    /// <summary>What the journal of a cutover says whose traffic moved.</summary>
    private async Task<FollowedRun> CutoverAsync(DateTimeOffset frozenAt)
    {
        await using var journal = JournalFile.Create(Path.Combine(runs, JournalFile.FileName), TimeProvider.System);
        await journal.AppendAsync(
            JournalEvent.StepEnded,
            CutoverRunbook.ProveFreeze,
            nameof(Verdict.Pass),
            output: new CutoverPoint("0/0", frozenAt, new SourceState("never", []))
        );
        await journal.AppendAsync(JournalEvent.StepStarted, CutoverRunbook.SwitchWebhooks);
        return new FollowedRun("cutover", runs, journal.Entries);
    }

    private sealed class Deployed : IApiDeployment
    {
        public bool IsStopped { get; private set; }

        public Task<string> RunAsync(string command, CancellationToken cancellationToken) =>
            throw new InvalidOperationException($"'{command}' needs the target");

        public Task<Uri> StartAsync(CancellationToken cancellationToken) =>
            throw new InvalidOperationException("the API needs the target");

        public Task StopAsync(CancellationToken cancellationToken)
        {
            IsStopped = true;
            return Task.CompletedTask;
        }

        public Task<Uri?> FindAsync(CancellationToken cancellationToken) => Task.FromResult<Uri?>(null);

        public Task<IReadOnlyList<InstanceHealth>> HealthAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<InstanceHealth>>([]);
    }
}
