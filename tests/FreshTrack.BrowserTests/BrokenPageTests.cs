namespace FreshTrack.BrowserTests;

/// <summary>Every check is shown a page that breaks its rule:
/// one that never complains would prove nothing of the others.</summary>
public sealed class BrokenPageTests(Browser browser)
{
    [Fact]
    public async Task Another_host_is_named()
    {
        await using var page = await OpenAsync("""<img src="http://127.0.0.1:9/logo.png">""");

        Assert.Equal(["asked for http://127.0.0.1:9/logo.png"], PageChecks.Network(page, host: null));
        Assert.Contains(PageChecks.Network(page, "freshtrack.example"), complaint => complaint.Contains("logo.png"));
    }

    [Theory]
    [InlineData("<script>throw new Error('broken')</script>", "broken")]
    [InlineData("<script>console.error('complained')</script>", "complained")]
    public async Task An_error_of_a_script_is_seen(string body, string error)
    {
        await using var page = await OpenAsync(body);

        Assert.Contains(page.Errors, text => text.Contains(error));
    }

    [Theory]
    [InlineData("<p style='color: #777; background: #fff'>grey on white</p>", "4.48:1")]
    [InlineData(
        "<div style='background: rgb(0 0 0 / .5)'><p style='color: #555'>through a veil</p></div>",
        "through a veil"
    )]
    [InlineData("<p style='color: #000; opacity: .4'>faded</p>", "faded")]
    [InlineData("<p style='background: linear-gradient(#fff, #000)'>over a picture</p>", "lies on a picture")]
    public async Task A_text_with_too_little_contrast_is_named(string body, string complaint)
    {
        await using var page = await OpenAsync(body);

        Assert.Contains(complaint, Assert.Single(await PageChecks.ContrastAsync(page)));
    }

    [Fact]
    public async Task A_text_with_just_enough_contrast_is_not()
    {
        await using var page = await OpenAsync("<p style='color: #767676; background: #fff'>grey on white</p>");

        Assert.Empty(await PageChecks.ContrastAsync(page));
    }

    [Fact]
    public async Task What_is_wider_than_the_window_is_named()
    {
        await using var page = await OpenAsync("<div class=wide style='width: 800px'>wide</div>");

        Assert.Contains(await PageChecks.OverflowAsync(page), complaint => complaint.Contains("class=\"wide\""));
    }

    [Theory]
    [InlineData("<h2>no first</h2>", "0 headings of level 1")]
    [InlineData("<h1>one</h1><h3>three</h3>", "h3 \"three\" skips a level")]
    [InlineData("<h1>one</h1><h2></h2>", "an empty h2")]
    public async Task A_heading_out_of_order_is_named(string body, string complaint)
    {
        await using var page = await OpenAsync(body);

        Assert.Contains(await PageChecks.HeadingsAsync(page), text => text.Contains(complaint));
    }

    [Theory]
    [InlineData(
        """
            <figure>
              <svg width="300" height="90"><path d="M0 0h9"/></svg>
              <table><tbody><tr><td>1</td></tr></tbody></table>
            </figure>
            """,
        "does not say what it shows"
    )]
    [InlineData(
        """<figure><svg role="img" aria-label="lag" width="300" height="90"><path d="M0 0h9"/></svg></figure>""",
        "has no table"
    )]
    [InlineData(
        """
            <figure>
              <svg role="img" aria-label="lag" width="300" height="90"></svg>
              <table><tbody><tr><td>1</td></tr></tbody></table>
            </figure>
            """,
        "draws nothing"
    )]
    [InlineData(
        """
            <figure>
              <svg role="img" aria-label="lag" width="300" height="2"><path d="M0 0h9"/></svg>
              <table><tbody><tr><td>1</td></tr></tbody></table>
            </figure>
            """,
        "300 × 2 px"
    )]
    public async Task A_chart_that_not_everybody_can_read_is_named(string body, string complaint)
    {
        await using var page = await OpenAsync(body);

        Assert.Contains(complaint, Assert.Single(await PageChecks.ChartsAsync(page)));
    }

    [Theory]
    [InlineData(
        "<a href='#x'>first</a><button style='outline: none'>dull</button>",
        "shows no focus: <button> \"dull\""
    )]
    [InlineData(
        "<a href='#x'>first</a><div onclick='go()'>mouse only</div>",
        "not reached with Tab: <div> \"mouse only\""
    )]
    [InlineData(
        "<a href='#x'>first</a><button tabindex=-1>left out</button>",
        "not reached with Tab: <button> \"left out\""
    )]
    [InlineData(
        "<a href='#x' style='position: absolute; left: -100vw'>outside</a>",
        "lies outside the window: <a> \"outside\""
    )]
    public async Task What_the_keyboard_does_not_reach_or_show_is_named(string body, string complaint)
    {
        await using var page = await OpenAsync($"<style>:focus-visible {{ outline: 3px solid }}</style>{body}");

        Assert.Equal([complaint], await PageChecks.KeyboardAsync(page));
    }

    [Fact]
    public async Task A_reason_below_the_first_screen_is_named()
    {
        await using var page = await OpenAsync("<h1>Fail</h1><p style='margin-top: 900px'>p95 416 ms</p>");

        Assert.Equal(
            ["\"p95 416 ms\" is not on the first screen"],
            await PageChecks.FirstScreenAsync(page, "Fail", "p95 416 ms")
        );
    }

    private async Task<OpenPage> OpenAsync(string body)
    {
        var file = Path.GetTempFileName();
        File.Move(file, file += ".html");
        try
        {
            await File.WriteAllTextAsync(
                file,
                $"<!DOCTYPE html><title>broken</title><body style='margin: 0'>{body}",
                TestContext.Current.CancellationToken
            );
            return await browser.OpenAsync(new Uri(file), Screen.Phone);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
