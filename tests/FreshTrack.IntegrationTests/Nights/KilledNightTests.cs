using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>Processes are killed with SIGKILL after journal events, and the same command is given again: nothing may
/// tell the end from that of an undisturbed night.</summary>
[Collection(NightGroup.Name)]
public sealed class KilledNightTests(NightStory story)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Every third event, or in full depth every one: a start takes some seconds.</summary>
    private static int Every => Environment.GetEnvironmentVariable("FRESHTRACK_TEST_DEPTH") == "full" ? 1 : 3;

    [Fact]
    public Task A_cutover_and_a_return_that_are_killed_again_and_again_end_as_undisturbed_ones() => KilledAsync(story);

    /// <summary>The first machine is killed after the export, and nothing of it is left; the store has lost two parts
    /// meanwhile.</summary>
    [Fact]
    public Task A_cutover_goes_on_on_another_machine_and_an_undo_that_is_killed_again_and_again_takes_it_back() =>
        ElsewhereAsync(story);

    internal static Task KilledAsync(NightStory story) =>
        story.OnceAsync(nameof(KilledAsync), () => TellKilledAsync(story));

    internal static Task ElsewhereAsync(NightStory story) =>
        story.OnceAsync(nameof(ElsewhereAsync), () => TellElsewhereAsync(story));

    private static async Task TellKilledAsync(NightStory story)
    {
        var undisturbed = await story.UndisturbedAsync(Token);
        await story.BeginAgainAsync(Token);

        await KillAsync(undisturbed.Night, "Cutover", ProcedureKinds.Cutover, "The new system serves", "is over");
        (await NightState.ReadAsync(undisturbed.Night, ProcedureKinds.Cutover, Token)).AssertEqual(undisturbed.CutOver);
        await story.WriteOnTheNewSideAsync(Token);
        await KillAsync(undisturbed.Night, "Rollback", ProcedureKinds.Rollback, "The old system serves", "led back");
        (await NightState.ReadAsync(undisturbed.Night, ProcedureKinds.Rollback, Token)).AssertEqual(
            undisturbed.Returned
        );
    }

    private static async Task TellElsewhereAsync(NightStory story)
    {
        var stopped = await story.StoppedAsync(Token);
        var night = (await story.UndisturbedAsync(Token)).Night;
        await story.BeginAgainAsync(Token);
        var run = await night.KillAfterAsync(
            "Cutover",
            ProcedureKinds.Cutover,
            entry => entry is { Event: JournalEvent.StepEnded, Subject: CutoverRunbook.Export },
            Token
        );
        await night.DamagePartsAsync(run, Token);
        night.MoveToAnotherMachine();

        await using (var status = night.Target("Status"))
        {
            Assert.Equal(0, await status.EndAsync(Token));
            Assert.Contains(run, status.Text);
            Assert.Contains("Stopped", status.Text);
            Assert.Contains("./build.sh Cutover", status.Text);
        }

        await using (var cutover = night.Target("Cutover"))
        {
            await cutover.AnswerAsync("Your name", "Ada", Token);
            await cutover.AnswerAsync("who approves", "Ben", Token);
            await cutover.WaitAsync("point the webhooks at the new system", Token);
            await cutover.AnswerAsync("to confirm", "no", Token);
            await cutover.AnswerAsync("Type retry", "stop", Token);
            await cutover.EndAsync(Token);
        }

        var folder = Path.Combine(night.Runs, run);
        Assert.Contains(
            await JournalFile.ReadAsync(Path.Combine(folder, JournalFile.FileName), Token),
            entry =>
                entry is { Event: JournalEvent.StepEnded, Subject: CutoverRunbook.Import }
                && entry.Detail!.Contains("2 damaged ones exported again")
        );
        await KillAsync(night, "Rollback", ProcedureKinds.Rollback, "The old system serves", "led back");
        // The other undo had fewer steps to take back.
        (await NightState.ReadAsync(night, ProcedureKinds.Rollback, Token)).AssertEqual(
            stopped.Undone,
            "target ",
            "maintenance",
            "held notifications",
            "evidence"
        );
        await Seal.VerifyAsync(folder, Token);
    }

    /// <param name="over">What a process says that finds the run ended and sealed.</param>
    private static async Task KillAsync(PracticeNight night, string target, string kind, string end, string over)
    {
        var killed = new KilledTarget(night, target, kind, Every);
        var code = await killed.RunAsync(NightStory.Answers, Token);
        Assert.True(
            killed.Text.Contains(end) ? code == 0 : code == 4 && killed.Text.Contains(over),
            $"{code}, after {string.Join(", ", killed.Kills)}:\n{killed.Text}"
        );
        // Events that come within a millisecond share a kill. A process that ran on would have tried nothing.
        Assert.True(
            killed.Kills.Count >= killed.Events / Every * 3 / 4,
            $"{target}: {killed.Events} events, {killed.Kills.Count} kills: {string.Join(", ", killed.Kills)}"
        );
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{target}: {killed.Events} events, {killed.Kills.Count} kills: {string.Join(", ", killed.Kills)}"
        );
    }
}
