using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace FreshTrack.BrowserTests;

/// <summary>A page in a browser, and all that it asked for and complained of since it was opened.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> errors = new();
    private readonly ConcurrentQueue<Uri> requests = new();

    private OpenPage(IBrowserContext context, IPage view) => (this.context, View) = (context, view);

    public IPage View { get; }

    /// <summary>Errors of the console and of scripts.</summary>
    public IEnumerable<string> Errors => errors;

    /// <summary>What the page asked for besides itself,
    /// whether it got it or not; a data: address asks nobody.</summary>
    public IEnumerable<Uri> Requests => requests.Skip(1).Where(request => request.Scheme != "data");

    public static async Task<OpenPage> GoAsync(IBrowserContext context, Uri address)
    {
        var page = new OpenPage(context, await context.NewPageAsync());
        page.View.Request += (_, request) => page.requests.Enqueue(new Uri(request.Url));
        page.View.PageError += (_, error) => page.errors.Enqueue(error);
        page.View.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                page.errors.Enqueue(message.Text);
            }
        };
        await page.View.GotoAsync(address.AbsoluteUri);
        return page;
    }

    /// <summary>The whole page as <c>artifacts/browser/NAME.png</c>.</summary>
    public Task KeepPictureAsync(string name) =>
        View.ScreenshotAsync(
            new()
            {
                Path = Path.Combine(Browser.Pictures, $"{name}.png"),
                FullPage = true,
                // Playwright would hide the caret with a style of its own, which the page's policy refuses.
                Caret = ScreenshotCaret.Initial,
            }
        );

    public Task OpenDetailsAsync() =>
        View.EvaluateAsync("() => document.querySelectorAll('details').forEach(details => { details.open = true; })");

    public async ValueTask DisposeAsync()
    {
        await context.CloseAsync();
        await context.DisposeAsync();
    }
}
