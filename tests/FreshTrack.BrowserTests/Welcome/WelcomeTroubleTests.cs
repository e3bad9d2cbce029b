using FreshTrack.Clients.StackAuth;
using static Microsoft.Playwright.Assertions;

namespace FreshTrack.BrowserTests.Welcome;

/// <summary>What goes wrong on the way, each in words that say what to do.</summary>
[Collection(nameof(WelcomeStage))]
public sealed class WelcomeTroubleTests(WelcomeStage stage)
{
    private const string NewPassword = "correct horse battery";

    private const string TooShort =
        """{"code":"PASSWORD_TOO_SHORT","error":"Password too short.","details":{"min_length":40}}""";

    [Fact]
    public async Task What_is_no_address_is_refused_where_it_was_typed()
    {
        await using var page = await stage.OpenAsync(Screen.Phone);

        foreach (var text in new[] { "", "ana.example.com" })
        {
            await page.AskForMailAsync(text);
            await Expect(page.Complaint()).ToContainTextAsync("Enter an e-mail address");
            await Expect(page.Field(WelcomePage.Address)).ToBeFocusedAsync();
            await Expect(page.Field(WelcomePage.Address)).ToHaveAttributeAsync("aria-invalid", "true");
        }

        await page.KeepPictureAsync("welcome-no-address-phone");
        await page.AssertReadableAsync();
    }

    [Fact]
    public async Task A_refusal_to_send_says_what_to_do()
    {
        await using var page = await stage.OpenAsync(Screen.Phone);

        foreach (
            var (status, body, complaint) in new[]
            {
                (429, """{"message":"slow down"}""", "asked too often at the moment. Wait a few minutes"),
                (500, "Something went wrong.", "does not answer. Check your connection"),
                (400, """{"code":"SCHEMA_ERROR"}""", "No mail can be sent to this address"),
                (400, """{"code":"CURRENT_PROJECT_NOT_FOUND"}""", "refuses this page (CURRENT_PROJECT_NOT_FOUND)"),
                (404, "<html>", "refuses this page (HTTP 404)"),
            }
        )
        {
            await page.AnswerAsync(WelcomePage.SendCall, status, body);
            await page.AskForMailAsync("ana@example.com");
            await Expect(page.Complaint()).ToContainTextAsync(complaint);
            await Expect(page.Heading(WelcomePage.Step1)).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task A_sign_in_service_that_is_away_is_said_to_be_so()
    {
        await using var page = await stage.OpenAsync(Screen.Phone);
        await page.View.RouteAsync(WelcomePage.SendCall, route => route.AbortAsync());

        await page.AskForMailAsync("ana@example.com");

        await Expect(page.Complaint()).ToContainTextAsync("The sign-in service does not answer.");
        await page.View.UnrouteAsync(WelcomePage.SendCall);
        await page.AskForMailAsync(await stage.StackAuth.CreateUserAsync());
        await page.IsLedToAsync(WelcomePage.Step2);
    }

    [Fact]
    public async Task A_link_with_a_wrong_code_leads_to_a_new_one()
    {
        await using var page = await stage.OpenAsync(Screen.Phone);

        foreach (var code in new[] { "", "abc", new string('0', 45) })
        {
            await page.View.GotoAsync(new Uri(stage.Page, $"/reset?code={code}").AbsoluteUri);
            await StartsAgainAsync(page, "This link is not known.");
            Assert.Equal(stage.Page.AbsoluteUri, page.View.Url);
        }

        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_link_that_has_expired_leads_to_a_new_one()
    {
        var (_, link) = await stage.StackAuth.AskedUserAsync(stage.Page);
        stage.StackAuth.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));

        await using var page = await stage.OpenAsync(Screen.Phone, link);

        await StartsAgainAsync(page, "This link has expired");
    }

    [Fact]
    public async Task A_link_that_is_used_up_before_or_meanwhile_leads_to_a_new_one()
    {
        var (_, link) = await stage.StackAuth.AskedUserAsync(stage.Page);
        await using var early = await stage.OpenAsync(Screen.Phone, link);
        await Expect(early.Heading(WelcomePage.Step3)).ToBeVisibleAsync();
        await stage.StackAuth.UseAsync(link, "set elsewhere");

        await using var late = await stage.OpenAsync(Screen.Phone, link);
        await StartsAgainAsync(late, "This link was used before.");
        await early.SetPasswordAsync(NewPassword);
        await StartsAgainAsync(early, "This link was used before.");
        await late.KeepPictureAsync("welcome-used-link-phone");
        await late.AssertReadableAsync();
    }

    [Fact]
    public async Task A_password_that_would_be_refused_does_not_use_the_link_up()
    {
        var (email, link) = await stage.StackAuth.AskedUserAsync(stage.Page);
        await using var page = await stage.OpenAsync(Screen.Phone, link);

        foreach (
            var (password, complaint) in new[]
            {
                ("seven77", "Use at least 8 characters."),
                (new string('p', 71), "Use at most 70 characters."),
                (new string('é', 36), "characters such as é or 😀 count more than once"),
            }
        )
        {
            await page.SetPasswordAsync(password);
            await Expect(page.Complaint()).ToContainTextAsync(complaint);
            await Expect(page.Field(WelcomePage.Password)).ToBeFocusedAsync();
        }

        await page.KeepPictureAsync("welcome-weak-password-phone");
        await page.AssertReadableAsync();
        await page.SetPasswordAsync(NewPassword);
        await page.IsLedToAsync(WelcomePage.Done);
        await stage.StackAuth.SignInAsync(email, NewPassword);
    }

    [Fact]
    public async Task A_password_that_is_refused_is_asked_for_again_while_the_link_is_good()
    {
        var (email, link) = await stage.StackAuth.AskedUserAsync(stage.Page);
        await using var page = await stage.OpenAsync(Screen.Phone, link);
        await page.AnswerAsync(WelcomePage.ResetCall, 200, TooShort, actualStatus: 400);

        await page.SetPasswordAsync(NewPassword);

        await Expect(page.Complaint()).ToHaveTextAsync("The sign-in service wants at least 40 characters.");
        await Expect(page.Heading(WelcomePage.Step3)).ToBeVisibleAsync();
        await page.View.UnrouteAsync(WelcomePage.ResetCall);
        await page.SetPasswordAsync(NewPassword);
        await page.IsLedToAsync(WelcomePage.Done);
        await stage.StackAuth.SignInAsync(email, NewPassword);
    }

    [Fact]
    public async Task A_refusal_that_uses_the_link_up_says_so_and_forgets_the_password()
    {
        var (_, link) = await stage.StackAuth.AskedUserAsync(stage.Page);
        await using var page = await stage.OpenAsync(Screen.Phone, link);
        await Expect(page.Heading(WelcomePage.Step3)).ToBeVisibleAsync();
        await stage.StackAuth.UseAsync(link, "set elsewhere");
        await page.AnswerAsync(WelcomePage.ResetCall, 200, TooShort, actualStatus: 400);

        await page.SetPasswordAsync(NewPassword);

        await StartsAgainAsync(
            page,
            "wants at least 40 characters. The link was used up by this. Ask for a new mail here."
        );
        await Expect(page.View.Locator("#new-password")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task An_answer_that_gets_lost_leaves_the_password_set_and_says_so()
    {
        var (email, link) = await stage.StackAuth.AskedUserAsync(stage.Page);
        await using var page = await stage.OpenAsync(Screen.Phone, link);
        await page.View.RouteAsync(
            WelcomePage.ResetCall,
            async route =>
            {
                await route.FetchAsync();
                await route.AbortAsync();
            }
        );

        await page.SetPasswordAsync(NewPassword);

        await StartsAgainAsync(page, "The answer got lost. Try to sign in with your new password.");
        await stage.StackAuth.SignInAsync(email, NewPassword);
        await Assert.ThrowsAsync<StackAuthException>(() => stage.StackAuth.SignInAsync(email, "another one"));
    }

    private static async Task StartsAgainAsync(OpenPage page, string complaint)
    {
        await page.IsLedToAsync(WelcomePage.Step1);
        await Expect(page.Complaint()).ToContainTextAsync(complaint);
    }
}
