using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FreshTrack.BrowserTests.Welcome;

/// <summary>Before the end of the cutover, and where nobody can say whether it is over.</summary>
[Collection(nameof(WelcomeStage))]
public sealed class WelcomeMaintenanceTests(WelcomeStage stage)
{
    private const string Closed =
        """{"error":{"code":"MAINTENANCE","message":"FreshTrack is being maintained. Try again in a minute."}}""";

    public static TheoryData<Screen> Screens => [Screen.Desk, Screen.Phone];

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task Maintenance_is_told_and_its_end_is_noticed(Screen screen)
    {
        await using var page = await OpenAsync(screen, ApiState.Maintained);

        await Expect(page.Heading(WelcomePage.Maintained)).ToBeVisibleAsync();
        await Expect(page.View.Locator("form:visible")).ToHaveCountAsync(0);
        await Expect(page.View.GetByRole(AriaRole.Link, new() { Name = "status page" }))
            .ToHaveAttributeAsync("href", WelcomeStage.Status.OriginalString);
        await page.KeepPictureAsync($"welcome-maintenance-{screen}");
        await page.AssertReadableAsync();
        Assert.Empty(await PageChecks.KeyboardAsync(page));
        await stage.Api.SetAsync(ApiState.Open);
        await page.View.Clock.FastForwardAsync(61_000);

        await Expect(page.Heading(WelcomePage.Step1)).ToBeVisibleAsync();
        await Expect(page.Status()).ToHaveTextAsync("FreshTrack is open again.");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_link_that_is_followed_too_early_is_kept_until_the_end()
    {
        var (_, link) = await stage.StackAuth.AskedUserAsync(stage.Page);
        await using var page = await stage.OpenAsync(Screen.Phone, api: ApiState.Maintained);
        await page.View.Clock.InstallAsync();
        await page.View.GotoAsync(link.AbsoluteUri);
        await Expect(page.Heading(WelcomePage.Maintained)).ToBeVisibleAsync();

        await stage.Api.SetAsync(ApiState.Open);
        await page.View.Clock.FastForwardAsync(61_000);

        await Expect(page.Heading(WelcomePage.Step3)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_proxy_that_is_closed_is_maintenance()
    {
        await using var page = await stage.OpenAsync(Screen.Phone);
        await page.AnswerAsync(WelcomePage.MaintenanceCall, 503, Closed);
        await page.View.ReloadAsync();

        await Expect(page.Heading(WelcomePage.Maintained)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_API_that_cannot_be_asked_is_said_to_be_so_and_locks_nobody_out()
    {
        await using var page = await OpenAsync(Screen.Phone, ApiState.Away);

        await Expect(page.Heading(WelcomePage.Unknown)).ToBeVisibleAsync();
        await Expect(page.View.Locator("form:visible")).ToHaveCountAsync(0);
        await page.KeepPictureAsync("welcome-no-answer-phone");
        await page.AssertReadableAsync();
        Assert.Empty(await PageChecks.KeyboardAsync(page));
        await page.Button(WelcomePage.AskAgain).ClickAsync();
        await Expect(page.Status()).ToHaveTextAsync("FreshTrack still does not answer.");
        await page.Button(WelcomePage.Anyway).ClickAsync();

        await page.IsLedToAsync(WelcomePage.Step1);
        await page.View.Clock.FastForwardAsync(61_000);
        await Expect(page.Heading(WelcomePage.Step1)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_answer_that_says_neither_is_no_answer()
    {
        await using var page = await stage.OpenAsync(Screen.Phone);

        foreach (
            var (status, body) in new[]
            {
                (404, "<html>"),
                (503, """{"error":{"code":"UNAVAILABLE"}}"""),
                (200, "{}"),
                (200, """{"maintenance":"off"}"""),
            }
        )
        {
            await page.AnswerAsync(WelcomePage.MaintenanceCall, status, body);
            await page.View.ReloadAsync();
            await Expect(page.Heading(WelcomePage.Unknown)).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task An_answer_that_comes_late_takes_nobody_back()
    {
        await using var page = await OpenAsync(Screen.Phone, ApiState.Away);
        await Expect(page.Heading(WelcomePage.Unknown)).ToBeVisibleAsync();
        var asked = new TaskCompletionSource<IRoute>();
        await page.View.RouteAsync(WelcomePage.MaintenanceCall, asked.SetResult);

        await page.Button(WelcomePage.AskAgain).ClickAsync();
        var route = await asked.Task;
        await page.Button(WelcomePage.Anyway).ClickAsync();
        await page.IsLedToAsync(WelcomePage.Step1);
        await route.AbortAsync();
        await Expect(page.View.Locator("#ask-again")).Not.ToHaveAttributeAsync("aria-disabled", "true");

        await Expect(page.Heading(WelcomePage.Step1)).ToBeVisibleAsync();
    }

    // With a clock that a test can put forward, from the first line of the page on.
    private async Task<OpenPage> OpenAsync(Screen screen, ApiState api)
    {
        var page = await stage.OpenAsync(screen, api: api);
        await page.View.Clock.InstallAsync();
        await page.View.ReloadAsync();
        return page;
    }
}
