using System.Net.Sockets;
using System.Security.Authentication;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Visitors;

namespace FreshTrack.Cutover.Pictures;

/// <summary>Pictures of the pages that everybody may see, on a desktop and on a phone, as
/// <c>screens/WHEN-PAGE-ON.png</c> in the evidence.</summary>
/// <param name="chromium">Null where none is installed.</param>
public sealed class PublicPages(VisitorHttp visitors, Chromium? chromium, EvidenceFolder evidence)
{
    private const string Folder = "screens";

    private static readonly IReadOnlyDictionary<string, PictureSize> Screens = new Dictionary<string, PictureSize>
    {
        ["desktop"] = new(1280, 1024),
        ["phone"] = new(390, 844),
    };

    /// <param name="moment">Begins the files' names.</param>
    /// <returns>Each page that could not be pictured, and why.</returns>
    public async Task<PicturesTaken> TakeAsync(string moment, CancellationToken cancellationToken)
    {
        var names = visitors.Names;
        var pages = new Dictionary<string, Uri> { ["welcome"] = names.App, ["status"] = names.Status };
        if (chromium is null)
        {
            return new PicturesTaken(
                [],
                [
                    .. pages.Values.Select(page =>
                        $"{page}: no Chromium is on the PATH of this machine; install chromium and repeat the rehearsal"
                    ),
                ]
            );
        }

        Directory.CreateDirectory(evidence.PathOf(Folder));
        var (files, failures) = (new List<string>(), new List<string>());
        foreach (var (name, page) in pages)
        {
            foreach (var (screen, size) in Screens)
            {
                var file = $"{Folder}/{moment}-{name}-{screen}.png";
                if (await TakeAsync(chromium, page, size, evidence.PathOf(file), cancellationToken) is { } failure)
                {
                    failures.Add($"{page} on a {screen}: {failure}");
                }
                else
                {
                    files.Add(file);
                }
            }
        }

        return new PicturesTaken(files, failures);
    }

    private async Task<string?> TakeAsync(
        Chromium browser,
        Uri page,
        PictureSize size,
        string file,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (await RefusalAsync(page, cancellationToken) is { } refusal)
            {
                return refusal;
            }

            var reach = NetworkReach.Of(visitors.Names, await KeysAsync(cancellationToken));
            return await browser.TakePictureAsync(page, size, reach, file, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            return e.Message;
        }
    }

    /// <summary>A picture of an error would look like one of the page.</summary>
    private async Task<string?> RefusalAsync(Uri page, CancellationToken cancellationToken)
    {
        using var client = visitors.Client(page);
        try
        {
            using var answer = await client.GetAsync(page, cancellationToken);
            return (int)answer.StatusCode < 400 ? null : $"it answers {(int)answer.StatusCode}, expected the page";
        }
        catch (HttpRequestException)
        {
            // The browser says why itself.
            return null;
        }
    }

    // A page asks the API too, whose certificate is another one.
    private async Task<IReadOnlyCollection<string>> KeysAsync(CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        foreach (var name in NetworkReach.Reached(visitors.Names))
        {
            if (await visitors.CheckedKeyAsync(name, cancellationToken) is { } key)
            {
                keys.Add(key);
            }
        }

        return keys;
    }
}

/// <param name="Files">In the evidence.</param>
/// <param name="Failures">Each page without a picture, and why.</param>
public sealed record PicturesTaken(IReadOnlyList<string> Files, IReadOnlyList<string> Failures);
