using FreshTrack.Cutover.Board;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FreshTrack.BrowserTests;

public sealed class BoardTests(Browser browser) : IAsyncLifetime
{
    private readonly SampleBoard sample = new();
    private BoardServer server = null!;

    public static TheoryData<Screen> Screens => [.. Screen.All];

    public async ValueTask InitializeAsync() =>
        server = await BoardServer.StartAsync(
            sample.Board,
            0,
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task The_first_screen_shows_state_time_progress_and_the_next_confirmation(Screen screen)
    {
        await using var page = await browser.OpenAsync(server.Address, screen);

        Assert.Empty(
            await PageChecks.FirstScreenAsync(
                page,
                "Running",
                "Phase 3, Data migration",
                "47 min 00 s",
                "of 2 h 30 min planned",
                "41.3%",
                "point the TTN webhooks at the new system"
            )
        );
        await Expect(page.View.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("value", "41.3");
    }

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task It_is_readable_reaches_nobody_but_its_server_and_has_no_error(Screen screen)
    {
        await using var page = await browser.OpenAsync(server.Address, screen);
        await page.KeepPictureAsync($"board-running-{screen}");
        sample.Judge();
        await Expect(page.View.Locator("h1")).ToContainTextAsync("Fail");
        await page.OpenDetailsAsync();

        Assert.Empty(await PageChecks.OverflowAsync(page));
        Assert.Empty(await PageChecks.ContrastAsync(page));
        Assert.Empty(PageChecks.Network(page, "127.0.0.1"));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Its_charts_headings_and_keyboard_keep_to_the_same_rules_as_the_report()
    {
        sample.Judge();
        await using var page = await browser.OpenAsync(server.Address, Screen.Desk);
        await page.OpenDetailsAsync();

        Assert.Empty(await PageChecks.ChartsAsync(page));
        Assert.Empty(await PageChecks.HeadingsAsync(page));
        Assert.Empty(await PageChecks.KeyboardAsync(page));
    }

    [Fact]
    public async Task It_follows_the_run_without_being_loaded_again()
    {
        await using var page = await browser.OpenAsync(server.Address, Screen.Desk);
        await page.View.EvaluateAsync("() => { window.neverLeft = true; }");

        sample.Progress("sensor_readings: 98,000 of 108,962 rows", 0.899);

        await Expect(page.View.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("value", "89.9");
        Assert.True(await page.View.EvaluateAsync<bool>("() => window.neverLeft"));
    }

    [Fact]
    public async Task What_is_open_and_focused_stays_so_while_it_follows()
    {
        await using var page = await browser.OpenAsync(server.Address, Screen.Desk);
        var table = page.View.Locator("#part-timeline details").First;
        await table.Locator("summary").ClickAsync();

        sample.Pass(minutes: 4);

        await Expect(page.View.Locator("#part-timeline .times").Nth(2)).ToContainTextAsync("13 min 00 s");
        await Expect(table).ToHaveAttributeAsync("open", "");
        await Expect(table.Locator("summary")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_silent_run_is_called_so_until_it_answers_again()
    {
        await using var cable = new Cable(server.Address);
        await using var page = await browser.OpenAsync(server.Address, Screen.Desk, cable);
        var note = page.View.GetByRole(AriaRole.Alert);
        await Expect(note).ToBeHiddenAsync();

        cable.Cut();
        await Expect(note).ToBeVisibleAsync();
        var since = await page.View.Locator("#since").InnerTextAsync();
        Assert.EndsWith(" UTC", since);
        await Expect(page.View).ToHaveTitleAsync($"No answer since {since}");
        await Expect(page.View.Locator("main")).ToHaveCSSAsync("filter", "grayscale(1)");
        Assert.Empty(await PageChecks.ContrastAsync(page));
        await page.View.EvaluateAsync("() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })");
        await Expect(note).ToBeInViewportAsync();
        await page.KeepPictureAsync("board-stale-light");
        sample.Progress("units: 50 of 50 rows", 1.000);
        cable.Mend();

        await Expect(page.View.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("value", "100");
        await Expect(note).ToBeHiddenAsync();
        await Expect(page.View).ToHaveTitleAsync("Running. Phase 3, Data migration");
    }

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task A_confirmation_that_is_waited_for_is_the_state_and_the_title(Screen screen)
    {
        sample.Wait();
        await using var page = await browser.OpenAsync(server.Address, screen);
        await page.KeepPictureAsync($"board-waiting-{screen}");

        Assert.Empty(
            await PageChecks.FirstScreenAsync(
                page,
                "Waiting",
                "waits until it is confirmed: point the TTN webhooks at the new system"
            )
        );
        Assert.Empty(await PageChecks.ContrastAsync(page));
        Assert.StartsWith("Waiting", await page.View.TitleAsync());
        await Expect(page.View.Locator("header.warn")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_confirmation_that_was_given_is_no_longer_announced()
    {
        sample.Wait();
        await using var page = await browser.OpenAsync(server.Address, Screen.Desk);
        await Expect(page.View.Locator("h1")).ToHaveTextAsync("Waiting");

        sample.Confirm();

        await Expect(page.View.Locator("h1")).ToHaveTextAsync("Running");
        await Expect(page.View.Locator("header")).ToContainTextAsync("nothing more will be asked");
        await Expect(page.View.Locator("header")).Not.ToContainTextAsync("point the TTN webhooks");
    }

    [Fact]
    public async Task It_goes_on_after_an_answer_that_is_not_the_runs()
    {
        await using var page = await browser.OpenAsync(server.Address, Screen.Desk);
        await page.View.RouteAsync(
            "**/events",
            route => route.FulfillAsync(new() { Status = 502 }),
            new() { Times = 1 }
        );
        await page.View.ReloadAsync();

        sample.Progress("sites: 10 of 10 rows", 1.000);

        await Expect(page.View.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("value", "100");
    }

    [Fact]
    public async Task A_run_that_is_over_is_not_called_silent()
    {
        await using var page = await browser.OpenAsync(server.Address, Screen.Desk);
        await page.View.Clock.InstallAsync();
        sample.Judge();
        await server.DisposeAsync();
        await Expect(page.View.Locator("h1")).ToContainTextAsync("Fail");

        await page.View.Clock.RunForAsync(60_000);

        await Expect(page.View.GetByRole(AriaRole.Alert)).ToBeHiddenAsync();
    }
}
