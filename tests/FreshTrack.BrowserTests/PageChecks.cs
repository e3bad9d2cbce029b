using System.Text.Json;

namespace FreshTrack.BrowserTests;

/// <summary>What every page of ours has to keep to. A check gives what
/// it found wrong, each in a sentence; nothing is good.</summary>
public static class PageChecks
{
    public static Task<string[]> ContrastAsync(OpenPage page) => page.View.EvaluateAsync<string[]>(Script("contrast"));

    public static Task<string[]> OverflowAsync(OpenPage page) => page.View.EvaluateAsync<string[]>(Script("overflow"));

    public static Task<string[]> HeadingsAsync(OpenPage page) => page.View.EvaluateAsync<string[]>(Script("headings"));

    public static Task<string[]> ChartsAsync(OpenPage page) => page.View.EvaluateAsync<string[]>(Script("charts"));

    /// <param name="texts">Each has to stand within the window before anything is scrolled.</param>
    public static Task<string[]> FirstScreenAsync(OpenPage page, params string[] texts) =>
        page.View.EvaluateAsync<string[]>(Script("firstScreen"), texts);

    /// <param name="host">The only one that may be asked; null when none may.</param>
    public static string[] Network(OpenPage page, string? host) =>
        [.. page.Requests.Where(request => request.Host != host).Select(request => $"asked for {request}")];

    /// <summary>Goes through the page with the Tab key alone.</summary>
    public static async Task<string[]> KeyboardAsync(OpenPage page)
    {
        var interactive = await page.View.EvaluateAsync<string[]>(Script("interactive"));
        var reached = new HashSet<int>();
        var complaints = new List<string>();
        for (var steps = 0; steps < interactive.Length + 5; steps++)
        {
            await page.View.Keyboard.PressAsync("Tab");
            if (
                await page.View.EvaluateAsync<JsonElement?>(Script("focus"))
                    is not { ValueKind: JsonValueKind.Object } focus
                || !reached.Add(focus.GetProperty("number").GetInt32())
            )
            {
                break;
            }

            complaints.Add(focus.GetProperty("complaint").GetString()!);
        }

        return
        [
            .. complaints.Where(complaint => complaint.Length > 0),
            .. interactive
                .Where((_, number) => !reached.Contains(number))
                .Select(name => $"not reached with Tab: {name}"),
        ];
    }

    private static string Script(string name)
    {
        using var reader = new StreamReader(typeof(PageChecks).Assembly.GetManifestResourceStream($"{name}.js")!);
        return string.Join('\n', reader.ReadToEnd().Split('\n').Where(line => !line.StartsWith("//")));
    }
}
