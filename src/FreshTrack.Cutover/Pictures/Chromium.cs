using System.Buffers.Binary;
using System.ComponentModel;
using CliWrap;
using CliWrap.Buffered;

namespace FreshTrack.Cutover.Pictures;

/// <summary>A Chromium of this machine, run without a window, once a picture.</summary>
public sealed record Chromium(string Program)
{
    /// <summary>What it says of a page that it did not get, or whose certificate it did not trust, before the
    /// reason.</summary>
    private const string LoadFailed = "Page load failed: ";

    // Of a PNG file: where its width stands.
    private const int WidthAt = 16;

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>The first that is on the PATH; null where there is none.</summary>
    public static Chromium? Find() =>
        (
            from name in Names
            from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
                Path.PathSeparator,
                StringSplitOptions.RemoveEmptyEntries
            )
            let program = Path.Combine(folder, name)
            where File.Exists(program)
            select new Chromium(program)
        ).FirstOrDefault();

    /// <summary>Pictures a page that needs no network.</summary>
    /// <returns>Why there is no picture; null when there is one.</returns>
    public async Task<string?> TakePictureAsync(string page, string picture, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("freshtrack-board-");
        try
        {
            var file = Path.Combine(folder.FullName, "board.html");
            await File.WriteAllTextAsync(file, page, cancellationToken);
            return await TakePictureAsync(
                new Uri(file),
                new PictureSize(1280, 1600),
                NetworkReach.None,
                picture,
                cancellationToken
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Pictures a page once its scripts have had time to ask for what it shows.</summary>
    /// <returns>Why there is no picture; null when there is one.</returns>
    public async Task<string?> TakePictureAsync(
        Uri page,
        PictureSize size,
        NetworkReach reach,
        string picture,
        CancellationToken cancellationToken
    )
    {
        var profile = Directory.CreateTempSubdirectory("freshtrack-chromium-");
        try
        {
            // What an earlier run left is no picture of this page.
            File.Delete(picture);
            var failure =
                await RunAsync(Command(profile.FullName, page, size, reach, picture), cancellationToken)
                ?? await WhyNotAsync(size, picture, cancellationToken);
            if (failure is not null)
            {
                File.Delete(picture);
            }

            return failure;
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }

    private Command Command(string profile, Uri page, PictureSize size, NetworkReach reach, string picture) =>
        Cli.Wrap(Program)
            .WithArguments([
                "--headless",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--disable-background-networking",
                .. reach.Options,
                $"--user-data-dir={profile}",
                $"--window-size={size.Width},{size.Height}",
                "--virtual-time-budget=5000",
                $"--screenshot={picture}",
                // Chromium refuses its own sandbox to root; it sees our own pages alone.
                .. Environment.IsPrivilegedProcess ? ["--no-sandbox"] : Array.Empty<string>(),
                page.AbsoluteUri,
            ])
            .WithValidation(CommandResultValidation.None);

    private static async Task<string?> RunAsync(Command command, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(Limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            var ended = await command.ExecuteBufferedAsync(either.Token);
            return !ended.IsSuccess ? $"Chromium ended with exit code {ended.ExitCode}"
                : ended.StandardError.Split(LoadFailed) is [_, var reason, ..]
                    ? $"Chromium did not get the page: {reason.Split('\n')[0].Trim()}"
                : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"Chromium took longer than {Limit.TotalSeconds} s";
        }
        catch (Win32Exception e)
        {
            return $"Chromium did not start: {e.InnerException?.Message ?? e.Message}";
        }
    }

    private static async Task<string?> WhyNotAsync(
        PictureSize size,
        string picture,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(picture))
        {
            return "Chromium ended well and wrote nothing";
        }

        var file = await File.ReadAllBytesAsync(picture, cancellationToken);
        var width = file.Length < WidthAt + sizeof(int) ? 0 : BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(WidthAt));
        return width == size.Width ? null : $"Chromium's picture is {width} px wide, expected {size.Width}";
    }
}
