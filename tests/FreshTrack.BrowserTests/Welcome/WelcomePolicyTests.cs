using System.Text.Json.Nodes;
using static Microsoft.Playwright.Assertions;

namespace FreshTrack.BrowserTests.Welcome;

/// <summary>What the page's server lets into it, and what it tells.</summary>
[Collection(nameof(WelcomeStage))]
public sealed class WelcomePolicyTests(WelcomeStage stage)
{
    // What somebody could do who got their own text into the page.
    private const string Intrude = """
        async () => {
          const refused = [];
          document.addEventListener('securitypolicyviolation', violation => refused.push(violation.effectiveDirective));
          const add = (name, attributes) => {
            const element = document.createElement(name);
            for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
            document.body.append(element);
          };
          await fetch('http://127.0.0.1:9/').catch(() => {});
          add('iframe', { src: 'http://127.0.0.1:9/' });
          add('img', { src: 'http://127.0.0.1:9/' });
          add('p', { style: 'color: red' });
          add('link', { rel: 'stylesheet', href: 'http://127.0.0.1:9/' });
          add('link', { rel: 'preload', as: 'script', href: 'http://127.0.0.1:9/' });
          try { document.body.insertAdjacentHTML('beforeend', '<b onclick="go()">'); } catch {}
          await new Promise(done => setTimeout(done, 100));
          return [...new Set(refused)].sort();
        }
        """;

    [Fact]
    public async Task Nothing_of_other_servers_and_no_script_inside_the_page_is_let_in()
    {
        await using var page = await stage.OpenAsync(Screen.Desk);
        await Expect(page.Heading(WelcomePage.Step1)).ToBeVisibleAsync();

        Assert.Superset(
            new HashSet<string>([
                "connect-src",
                "frame-src",
                "img-src",
                "style-src-attr",
                "style-src-elem",
                "script-src-elem",
                "require-trusted-types-for",
            ]),
            new HashSet<string>(await page.View.EvaluateAsync<string[]>(Intrude))
        );
    }

    [Fact]
    public async Task Its_configuration_is_rendered_from_the_variables_and_holds_no_secret()
    {
        await using var page = await stage.OpenAsync(Screen.Desk);
        using var client = new HttpClient { BaseAddress = stage.Page };

        var text = await client.GetStringAsync(
            new Uri("/config.json", UriKind.Relative),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["api"] = WelcomeStage.Origin(stage.Api.Address),
                ["status"] = WelcomeStage.Status.OriginalString,
                ["signIn"] = WelcomeStage.SignIn.OriginalString,
                ["stackAuth"] = WelcomeStage.Origin(stage.StackAuth.Address),
                ["project"] = SignInService.Project,
                ["publishableKey"] = SignInService.PublishableKey,
            },
            JsonNode.Parse(text)!.AsObject().ToDictionary(entry => entry.Key, entry => $"{entry.Value}")
        );
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("""{"api":"","stackAuth":"http://127.0.0.1:9","project":"p"}""")]
    public async Task Without_a_whole_configuration_it_says_that_it_is_not_complete(string configuration)
    {
        await using var page = await stage.OpenAsync(Screen.Phone);
        await page.AnswerAsync("**/config.json", 200, configuration);
        await page.View.ReloadAsync();

        await Expect(page.Heading("This page is not complete")).ToBeVisibleAsync();
        await page.AssertReadableAsync();
    }

    [Fact]
    public async Task A_name_that_Stack_Auth_does_not_trust_gets_no_mail_and_is_told_so()
    {
        var other = new UriBuilder(stage.Page) { Host = "localhost" }.Uri;
        await using var page = await stage.OpenAsync(Screen.Phone, other);
        // The API does not trust it either.
        await page.Button(WelcomePage.Anyway).ClickAsync();

        await page.AskForMailAsync(await stage.StackAuth.CreateUserAsync());

        await Expect(page.Complaint()).ToContainTextAsync("(REDIRECT_URL_NOT_WHITELISTED)");
    }
}
