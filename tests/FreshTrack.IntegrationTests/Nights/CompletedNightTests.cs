using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>One more cutover after all the others, which stays, and its end a week later.</summary>
[Collection(NightGroup.Name)]
public sealed class CompletedNightTests(NightStory story)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cutover_that_stays_is_completed_and_nothing_leads_back_from_it()
    {
        // Nothing comes after this part.
        await story.StoppedAsync(Token);
        await KilledNightTests.KilledAsync(story);
        await KilledNightTests.ElsewhereAsync(story);
        var night = (await story.UndisturbedAsync(Token)).Night;
        await story.BeginAgainAsync(Token);
        await EndsAsync(night.Target("Cutover"), 0, "In a week: ./build.sh Complete");

        await EndsAsync(night.Target("Complete", "--note=a door was left open"), 0, "The cutover is complete");

        var folder = Directory.GetDirectories(night.Runs, "*-complete").Single();
        var retrospective = await File.ReadAllTextAsync(Path.Combine(folder, "retrospective.md"), Token);
        Assert.Contains("a door was left open", retrospective);
        await using var environment = CutoverEnvironment.Open(EnvironmentFile.Read(night.Environment));
        var archived = await environment.ObjectStore.ListAsync("archives/", Token).ToListAsync(Token);
        Assert.Contains(archived, key => key.EndsWith("/manifest.json"));
        Assert.Contains(archived, key => key.Contains("/snapshots/"));
        Assert.Contains(archived, key => key.Contains("/evidence/") && key.EndsWith(Seal.FileName));
        await EndsAsync(night.Target("Rollback"), 4, "nothing leads back from it");
        await EndsAsync(night.Target("Cutover"), 4, "the new system serves");
    }

    private static async Task EndsAsync(Terminal target, int code, string said)
    {
        await using (target)
        {
            var ended = await target.AnswerAllAsync(NightStory.Answers, Token);
            Assert.True(ended == code, $"ended with {ended}, expected {code}:\n{target.Text}");
            Assert.Contains(said, target.Text.ReplaceLineEndings(" "));
        }
    }
}
