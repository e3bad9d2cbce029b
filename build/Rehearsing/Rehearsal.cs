using FreshTrack.Build.Verifying;
using FreshTrack.Cutover;
using FreshTrack.Cutover.Board;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Fixtures.Images;
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
    /// <exception cref="RefusedException">Something that was asked for or is needed is not there; nothing was
    /// moved.</exception>
    public async Task<RunReport> RunAsync(CancellationToken cancellationToken)
    {
        var inputs = await RehearsalInputs.ReadAsync(options, cancellationToken);
        await using var server = options.BoardPort is { } port
            ? await BoardServer.StartAsync(board, port, clock, cancellationToken)
            : null;
        if (server is not null)
        {
            screen.Note($"Board: {server.Address}");
        }

        var images = await RehearsalStage.ImagesAsync(options, screen, cancellationToken);
        using var evidence = EvidenceFolder.Create(options.Runs, "rehearsal", clock.GetUtcNow());
        await inputs.CopyToAsync(evidence, cancellationToken);

        await using var stage = await RehearsalStage.StartAsync(
            options,
            evidence.RunId,
            images,
            screen,
            clock,
            cancellationToken
        );
        return await RunAsync(inputs, images, evidence, stage, cancellationToken);
    }

    private async Task<RunReport> RunAsync(
        RehearsalInputs inputs,
        ImageSet images,
        EvidenceFolder evidence,
        RehearsalStage stage,
        CancellationToken cancellationToken
    )
    {
        var description = inputs.Describe(options, evidence.RunId, images, clock.GetUtcNow());
        await evidence.WriteJsonAsync("run", description, cancellationToken);
        await evidence.WriteJsonAsync(
            "runbook",
            PlannedRunbook.Of("rehearsal", CutoverRunbook.Phases),
            cancellationToken
        );
        await stage.FillAsync(cancellationToken);

        var run = new CutoverRun(stage.Environment, inputs.Plan, evidence) { AfterImport = InjectAsync };
        board.Follow(run);
        var pictures = new BoardPictures(board);
        Timeline timeline;
        await using (var journal = JournalFile.Create(evidence.PathOf("journal.jsonl"), clock))
        {
            await journal.AppendAsync(JournalEvent.RunStarted, description.Kind, cancellationToken: cancellationToken);
            var engine = new RunbookEngine(
                journal,
                new RunObservers(screen, board, new PhaseLogs(evidence, clock), pictures),
                clock
            );
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
                await stage.KeepLogsAsync(evidence);
                screen.Note($"Evidence: {evidence.Path}");
            }

            if (timeline.Stopped is null)
            {
                board.Loaded(
                    await new LoadTest(options, inputs.Policy.Latency, screen).RunAsync(
                        run,
                        options.Fault,
                        cancellationToken
                    )
                );
                await stage.KeepLogsAsync(evidence);
            }
            else if (run.Verification is { } verification)
            {
                VerificationScreen.ShowDifferences(console, verification, evidence.PathOf("verification.json"));
            }

            await journal.AppendAsync(
                JournalEvent.RunEnded,
                description.Kind,
                timeline.Stopped?.Verdict.ToString() ?? "Pass",
                cancellationToken: cancellationToken
            );
        }

        description = description with { EndedAt = clock.GetUtcNow() };
        await evidence.WriteJsonAsync("run", description, cancellationToken);
        await evidence.WriteJsonAsync(
            "baseline",
            await Baselines.CollectAsync(options.Runs, description, inputs.Policy, cancellationToken),
            cancellationToken
        );
        await screen.ShowAsync("Screens", _ => pictures.TakeAsync(evidence, cancellationToken), taken => taken);
        await Seal.WriteAsync(evidence.Path, cancellationToken);
        var report = await JudgedRun.WriteAsync(
            await RunEvidence.ReadAsync(evidence.Path, cancellationToken),
            inputs.Policy,
            cancellationToken
        );
        board.Judged(report);
        return report;
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
}
