using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>A cutover is stopped by the gate inside it, and taken back.</summary>
[Collection(NightGroup.Name)]
public sealed class StoppedNightTests(NightStory story)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_that_changes_between_import_and_verification_stops_the_cutover_at_its_own_gate()
    {
        var stopped = await story.StoppedAsync(Token);

        Assert.True(stopped.Code == Verdict.Fail.ExitCode(), stopped.Text);
        var gate = EvidenceJson.Deserialize<GateResult>(stopped.Gate);
        var line = Assert.Single(gate.Criteria, line => line.Name == "contents");
        Assert.Equal(Verdict.Fail, line.Verdict);
        Assert.Contains("public.areas", line.Reason);
        // The question quotes the gate.
        Assert.Contains("Fail: contents: public.areas", stopped.Text.ReplaceLineEndings(" "));
        Assert.Contains(
            stopped.Journal,
            entry => entry is { Event: JournalEvent.StepEnded, Subject: GateSteps.Data, Outcome: nameof(Verdict.Fail) }
        );
        Assert.DoesNotContain(stopped.Journal, entry => entry.Subject == CutoverRunbook.Deploy);
    }
}
