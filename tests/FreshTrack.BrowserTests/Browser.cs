using FreshTrack.BrowserTests;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Plan;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Browser))]

namespace FreshTrack.BrowserTests;

/// <summary>The Chromium that all tests share; every page has a profile of its own.</summary>
/// <remarks>On bare Debian it is installed. Where that cannot be, the tests skip on a laptop and fail where CI=true,
/// and say what to install.</remarks>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;
    private string? missing;

    /// <summary>Where pictures and printed pages are kept for people to look at.</summary>
    public static string Pictures { get; } =
        Directory.CreateDirectory(Path.Combine(Repository(), "artifacts", "browser")).FullName;

    public async ValueTask InitializeAsync()
    {
        try
        {
            var program = await InstalledBrowser.EnsureAsync(null, TestContext.Current.CancellationToken);
            playwright = await Playwright.CreateAsync();
            // A machine that is busy with something else is no failure.
            Assertions.SetDefaultExpectTimeout(60_000);
            browser = await playwright.Chromium.LaunchAsync(
                new()
                {
                    ExecutablePath = program,
                    // Chromium refuses its own sandbox to root.
                    ChromiumSandbox = !Environment.IsPrivilegedProcess,
                    Args = ["--disable-dev-shm-usage"],
                }
            );
        }
        catch (RefusedException e) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            missing = e.Message;
        }
    }

    /// <param name="cable">What the page is reached through; null for straight to its address.</param>
    /// <param name="scripts">False for a browser without JavaScript.</param>
    public async Task<OpenPage> OpenAsync(Uri address, Screen screen, Cable? cable = null, bool scripts = true)
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        var context = await browser!.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = screen.Width, Height = screen.Height },
                ColorScheme = screen.Colors,
                ReducedMotion = ReducedMotion.Reduce,
                Proxy = cable is null ? null : new() { Server = cable.Address },
                JavaScriptEnabled = scripts,
            }
        );
        return await OpenPage.GoAsync(context, address);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FreshTrack.sln")))
        {
            folder =
                Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException(
                    $"No folder above {AppContext.BaseDirectory} holds FreshTrack.sln."
                );
        }

        return folder;
    }
}
