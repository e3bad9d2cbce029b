namespace FreshTrack.IntegrationTests.Nights;

/// <summary>The release manager's targets, one after the other, with every word typed at a terminal.</summary>
[Collection(NightGroup.Name)]
public sealed class PracticeNightTests(NightStory story)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_night_is_prepared_refused_run_and_returned_from()
    {
        var told = await story.UndisturbedAsync(Token);

        Assert.Contains(told.Returned.Parts["source public.areas"], area => area.Contains("built on the new side"));
        Assert.Contains(told.Returned.Parts["source public.areas"], area => area.Contains("written on the new side"));
        Assert.Empty(told.Returned.Parts["triggers of the freeze"]);
    }
}
