using System.Globalization;
using FreshTrack.Build.Verifying;
using FreshTrack.Cutover;
using FreshTrack.Cutover.Board;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Fixtures;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Fixtures.Source;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Rehearsing;

/// <summary>The whole way: images → stage → fixtures → runbook → load → evidence → gate.</summary>
public sealed class Rehearsal
{
    private readonly RehearsalOptions options;
    private readonly IAnsiConsole console;
    private readonly TimeProvider clock;
    private readonly LiveBoard board;
    private readonly RunScreen screen;

    public Rehearsal(RehearsalOptions options, IAnsiConsole console, TimeProvider clock)
    {
        (this.options, this.console, this.clock) = (options, console, clock);
        board = new LiveBoard($"rehearsal · stage · {options.Scale.Name}", CutoverRunbook.Phases, clock);
        screen = new RunScreen(console) { Board = board };
    }

    /// <returns>The judged run; its verdict is the caller's exit code.</returns>
    /// <exception cref="RefusedException">Something that was asked for or is needed is not there; nothing was moved.</exception>
    public async Task<RunReport> RunAsync(CancellationToken cancellationToken)
    {
        var inputs = await RehearsalInputs.ReadAsync(options, cancellationToken);
        await using var server = options.BoardPort is { } port ? await BoardServer.StartAsync(board, port, clock, cancellationToken) : null;
        if (server is not null)
        {
            screen.Note($"Board: {server.Address}");
        }

        var images = await screen.ShowAsync(
            "Images",
            progress => new ImageBuilder(options.RepositoryRoot, options.Images, progress).EnsureAsync(ImageCatalog.Stage, cancellationToken),
            built => $"{built.ByName.Count} present");
        using var evidence = EvidenceFolder.Create(options.Runs, "rehearsal", clock.GetUtcNow());
        await inputs.CopyToAsync(evidence, cancellationToken);

        var offset = FixtureClock.Epoch - clock.GetUtcNow();
        var stage = await screen.ShowAsync(
            "Stage",
            progress => Stage.StartAsync(new StageOptions(evidence.RunId, images, offset, FixtureSecrets.WebhookKey.ToArray()) { Keep = options.Keep }, progress, cancellationToken),
            _ => "PostgreSQL source and target, Redis, object store and Stack Auth are ready");
        try
        {
            return await RunAsync(inputs, images, evidence, stage, new OffsetTimeProvider(offset), cancellationToken);
        }
        finally
        {
            if (options.Keep)
            {
                screen.Note($"The stage is kept: {stage.Describe()}");
            }
            else
            {
                await stage.DisposeAsync();
            }
        }
    }

    private async Task<RunReport> RunAsync(
        RehearsalInputs inputs, ImageSet images, EvidenceFolder evidence, Stage stage, TimeProvider stageClock, CancellationToken cancellationToken)
    {
        await using var environment = new StageEnvironment(stage, FixtureSecrets.WebhookKey.ToArray(), stageClock);
        var description = inputs.Describe(options, evidence.RunId, images, clock.GetUtcNow());
        await evidence.WriteJsonAsync("run", description, cancellationToken);
        await screen.ShowAsync("Fixtures", progress => FillAsync(environment, progress, cancellationToken), filled => Rows(filled.Total));

        var run = new CutoverRun(environment, inputs.Plan, evidence) { AfterImport = InjectAsync };
        board.Follow(run);
        var pictures = new BoardPictures(board);
        Timeline timeline;
        await using (var journal = JournalFile.Create(evidence.PathOf("journal.jsonl"), clock))
        {
            await journal.AppendAsync(JournalEvent.RunStarted, description.Kind, cancellationToken: cancellationToken);
            var engine = new RunbookEngine(journal, new RunObservers(screen, board, new PhaseLogs(evidence, clock), pictures), clock);
            try
            {
                timeline = await engine.RunAsync(CutoverRunbook.Phases, run, cancellationToken);
            }
            catch (RefusedException e) when (run.Resolved is not null)
            {
                // Preflight has passed and work has started: what is refused from here on has failed.
                throw new InvalidOperationException(e.Message, e);
            }
            finally
            {
                await evidence.WriteJsonAsync("timeline", engine.Timeline, CancellationToken.None);
                await KeepLogsAsync(stage, evidence);
                screen.Note($"Evidence: {evidence.Path}");
            }

            if (timeline.Stopped is null)
            {
                board.Loaded(await new LoadTest(options, inputs.Policy.Latency, screen).RunAsync(run, cancellationToken));
                await KeepLogsAsync(stage, evidence);
            }
            else if (run.Verification is { } verification)
            {
                VerificationScreen.ShowDifferences(console, verification, evidence.PathOf("verification.json"));
            }

            await journal.AppendAsync(JournalEvent.RunEnded, description.Kind, timeline.Stopped?.Verdict.ToString() ?? "Pass", cancellationToken: cancellationToken);
        }

        description = description with { EndedAt = clock.GetUtcNow() };
        await evidence.WriteJsonAsync("run", description, cancellationToken);
        await evidence.WriteJsonAsync("baseline", await Baselines.CollectAsync(options.Runs, description, inputs.Policy, cancellationToken), cancellationToken);
        await screen.ShowAsync("Screens", _ => pictures.TakeAsync(evidence, cancellationToken), taken => taken);
        await Seal.WriteAsync(evidence.Path, cancellationToken);
        var report = await JudgedRun.WriteAsync(evidence.Path, inputs.Policy, cancellationToken);
        board.Judged(report);
        return report;
    }

    private async Task<FixtureSummary> FillAsync(StageEnvironment environment, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await SourceDatabase.CreateAsync(environment.Source, cancellationToken);
        return await SourceFiller.FillAsync(environment.Source, options.Scale, options.Seed, progress, cancellationToken);
    }

    private async Task InjectAsync(CutoverRun run, CancellationToken cancellationToken)
    {
        if (options.Fault?.TargetSql is { } sql)
        {
            screen.Note($"Injected {options.Fault.Name}: {options.Fault.Does}.");
            await using var command = run.Environment.Target.CreateCommand(sql.Text);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    // Not cancellable: the logs matter most when a run was cut off.
    private static async Task KeepLogsAsync(Stage stage, EvidenceFolder evidence)
    {
        foreach (var (service, log) in await stage.LogsAsync(CancellationToken.None))
        {
            await evidence.WriteTextAsync(Path.Combine("logs", $"{service}.log"), log, CancellationToken.None);
        }
    }

    private static string Rows(long rows) => string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows");
}
