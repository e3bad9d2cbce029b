using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FreshTrack.BrowserTests.Welcome;

/// <summary>What people see and use of the welcome page.</summary>
internal static class WelcomePage
{
    public const string Address = "E-mail address that you sign in with";
    public const string Password = "New password";

    public const string Send = "Send me the mail";
    public const string SendAgain = "Send the mail again";
    public const string AskAgain = "Ask again now";
    public const string Anyway = "Reset my password anyway";
    public const string Set = "Set the password";

    public const string Step1 = "Step 1 of 3: Your e-mail address";
    public const string Step2 = "Step 2 of 3: Open the mail";
    public const string Step3 = "Step 3 of 3: Your new password";
    public const string Done = "Your new password is set";
    public const string Maintained = "FreshTrack is being maintained";
    public const string Unknown = "FreshTrack does not answer";

    /// <summary>Where browsers send what the page calls.</summary>
    public const string SendCall = "**/auth/password/send-reset-code";
    public const string ResetCall = "**/auth/password/reset";
    public const string MaintenanceCall = "**/health/maintenance";

    public static ILocator Heading(this OpenPage page, string name) =>
        page.View.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true });

    public static ILocator Button(this OpenPage page, string name) =>
        page.View.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static ILocator Field(this OpenPage page, string label) =>
        page.View.GetByLabel(label, new() { Exact = true });

    /// <summary>What went wrong, as it is announced.</summary>
    public static ILocator Complaint(this OpenPage page) =>
        page.View.GetByRole(AriaRole.Alert).And(page.View.Locator(":not(:empty)"));

    public static ILocator Status(this OpenPage page) => page.View.GetByRole(AriaRole.Status);

    /// <summary>Waits until somebody who did something is led to this heading.</summary>
    public static Task IsLedToAsync(this OpenPage page, string heading) =>
        Expect(page.Heading(heading)).ToBeFocusedAsync();

    /// <summary>Asks for the mail at the first step.</summary>
    public static async Task AskForMailAsync(this OpenPage page, string email)
    {
        await page.Field(Address).FillAsync(email);
        await page.Button(Send).ClickAsync();
    }

    /// <summary>Sets a password at the last step.</summary>
    public static async Task SetPasswordAsync(this OpenPage page, string password)
    {
        await page.Field(Password).FillAsync(password);
        await page.Button(Set).ClickAsync();
    }

    /// <summary>Answers a call in place of the server, whose headers for browsers it has.</summary>
    public static Task AnswerAsync(this OpenPage page, string call, int status, string body, int? actualStatus = null)
    {
        var headers = new Dictionary<string, string>
        {
            ["Access-Control-Allow-Origin"] = "*",
            ["Access-Control-Allow-Headers"] = "*",
            ["Access-Control-Expose-Headers"] = "X-Stack-Actual-Status",
        };
        if (actualStatus is { } actual)
        {
            headers["X-Stack-Actual-Status"] = $"{actual}";
        }

        return page.View.RouteAsync(
            call,
            route =>
                route.FulfillAsync(
                    new()
                    {
                        Status = status,
                        Body = body,
                        ContentType = "application/json",
                        Headers = headers,
                    }
                )
        );
    }

    /// <summary>The rules that hold of every screen.</summary>
    public static async Task AssertReadableAsync(this OpenPage page)
    {
        Assert.Empty(await PageChecks.OverflowAsync(page));
        Assert.Empty(await PageChecks.ContrastAsync(page));
        Assert.Empty(await PageChecks.HeadingsAsync(page));
    }
}
