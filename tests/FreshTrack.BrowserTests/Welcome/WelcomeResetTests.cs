using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FreshTrack.BrowserTests.Welcome;

/// <summary>The way that everybody goes: address, mail, new password, sign-in.</summary>
[Collection(nameof(WelcomeStage))]
public sealed class WelcomeResetTests(WelcomeStage stage)
{
    private const string NewPassword = "correct horse battery";

    private static readonly Screen SmallestAtNight = Screen.PhoneAtNight with { Name = "320-dark", Width = 320 };

    public static TheoryData<Screen> Screens => [Screen.Desk, Screen.Phone, SmallestAtNight];

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task A_password_is_reset_in_three_steps(Screen screen)
    {
        await using var page = await stage.OpenAsync(screen);
        var email = await stage.StackAuth.CreateUserAsync();

        await Expect(page.Heading(WelcomePage.Step1)).ToBeVisibleAsync();
        await ShowsAsync(page, "1", screen, "Enter your e-mail address.");
        await page.AskForMailAsync(email);

        await page.IsLedToAsync(WelcomePage.Step2);
        await Expect(page.View.Locator("#sent-to")).ToHaveTextAsync(email);
        await ShowsAsync(page, "2", screen, "Open the mail that arrives, and follow its link.");
        await page.View.GotoAsync((await stage.StackAuth.LinkAsync(email)).AbsoluteUri);

        await Expect(page.Heading(WelcomePage.Step3)).ToBeVisibleAsync();
        Assert.Equal(stage.Page.AbsoluteUri, page.View.Url);
        await ShowsAsync(page, "3", screen, "Choose a new password, and sign in with it.");
        await page.SetPasswordAsync(NewPassword);

        await page.IsLedToAsync(WelcomePage.Done);
        await page.KeepPictureAsync($"welcome-done-{screen}");
        await page.AssertReadableAsync();
        await Expect(page.View.GetByRole(AriaRole.Link, new() { Name = "Sign in" }))
            .ToHaveAttributeAsync("href", WelcomeStage.SignIn.AbsoluteUri);
        await stage.StackAuth.SignInAsync(email, NewPassword);
        Assert.Empty(page.Errors);
        Assert.Equal(
            [.. new[] { stage.Page, stage.Api.Address, stage.StackAuth.Address }.Select(WelcomeStage.Origin).Order()],
            page.Requests.Select(WelcomeStage.Origin).Distinct().Order()
        );
        Assert.Equal("", await LeftBehindAsync(page));
    }

    [Fact]
    public async Task An_address_without_an_account_reads_the_same_and_gets_no_mail()
    {
        const string unknown = "nobody@example.com";
        await using var known = await stage.OpenAsync(Screen.Desk);
        var email = await stage.StackAuth.CreateUserAsync();
        await known.AskForMailAsync(email);
        await known.IsLedToAsync(WelcomePage.Step2);

        await using var page = await stage.OpenAsync(Screen.Desk);
        await page.AskForMailAsync(unknown);
        while (!await page.Heading(WelcomePage.Step2).IsVisibleAsync())
        {
            stage.StackAuth.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal(
            (await known.View.Locator("main").InnerTextAsync()).Replace(email, unknown),
            await page.View.Locator("main").InnerTextAsync()
        );
        Assert.Empty(stage.StackAuth.Mails(unknown));
    }

    [Fact]
    public async Task The_keyboard_alone_is_enough()
    {
        await using var page = await stage.OpenAsync(Screen.Desk);
        var email = await stage.StackAuth.CreateUserAsync();
        await Expect(page.Heading(WelcomePage.Step1)).ToBeVisibleAsync();
        Assert.Empty(await PageChecks.KeyboardAsync(page));
        await page.View.ReloadAsync();
        await Expect(page.Heading(WelcomePage.Step1)).ToBeVisibleAsync();

        await PressAsync(page, "Tab");
        await page.View.Keyboard.TypeAsync(email);
        await PressAsync(page, "Enter");
        await page.IsLedToAsync(WelcomePage.Step2);
        Assert.Empty(await PageChecks.KeyboardAsync(page));

        await page.View.GotoAsync((await stage.StackAuth.LinkAsync(email)).AbsoluteUri);
        await Expect(page.Heading(WelcomePage.Step3)).ToBeVisibleAsync();
        await PressAsync(page, "Tab");
        await page.View.Keyboard.TypeAsync(NewPassword);
        await PressAsync(page, "Tab", "Space");
        await Expect(page.Field(WelcomePage.Password)).ToHaveAttributeAsync("type", "text");
        await PressAsync(page, "Tab", "Enter");
        await page.IsLedToAsync(WelcomePage.Done);
        Assert.Empty(await PageChecks.KeyboardAsync(page));
        await stage.StackAuth.SignInAsync(email, NewPassword);
    }

    [Fact]
    public async Task Another_mail_can_be_asked_for_after_a_minute()
    {
        await using var page = await stage.OpenAsync(Screen.Phone);
        var email = await stage.StackAuth.CreateUserAsync();
        await page.View.Clock.InstallAsync();
        await page.AskForMailAsync(email);
        await page.IsLedToAsync(WelcomePage.Step2);

        await page.Button(WelcomePage.SendAgain).ClickAsync();
        await Expect(page.Complaint()).ToContainTextAsync("You asked a moment ago.");
        await page.View.Clock.FastForwardAsync(61_000);
        await page.Button(WelcomePage.SendAgain).ClickAsync();

        await Expect(page.Status()).ToHaveTextAsync("Another mail was asked for.");
        await Expect(page.Complaint()).ToHaveCountAsync(0);
        while (stage.StackAuth.Mails(email).Count < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Without_JavaScript_the_steps_are_told_in_words()
    {
        await using var page = await stage.OpenAsync(Screen.Phone, scripts: false);

        await Expect(page.View.GetByRole(AriaRole.Listitem))
            .ToHaveTextAsync([
                "Enter your e-mail address.",
                "Open the mail that arrives, and follow its link.",
                "Choose a new password, and sign in with it.",
            ]);
        await Expect(page.View.GetByText("This page needs JavaScript")).ToBeVisibleAsync();
        await Expect(page.View.Locator("form:visible, button:visible")).ToHaveCountAsync(0);
        await page.KeepPictureAsync("welcome-without-javascript-phone");
    }

    private static async Task ShowsAsync(OpenPage page, string step, Screen screen, string current)
    {
        await page.KeepPictureAsync($"welcome-{step}-{screen}");
        await page.AssertReadableAsync();
        await Expect(page.View.Locator("[aria-current=step]")).ToHaveTextAsync(current);
        Assert.Equal(
            "0s",
            await page.View.EvaluateAsync<string>(
                "() => getComputedStyle(document.querySelector('button')).transitionDuration"
            )
        );
    }

    private static async Task PressAsync(OpenPage page, params string[] keys)
    {
        foreach (var key in keys)
        {
            await page.View.Keyboard.PressAsync(key);
        }
    }

    private static Task<string> LeftBehindAsync(OpenPage page) =>
        page.View.EvaluateAsync<string>(
            """
            () => JSON.stringify({ ...localStorage, ...sessionStorage }).slice(1, -1) + document.cookie
              + [...document.querySelectorAll('#new-password')].map(field => field.value).join()
            """
        );
}
