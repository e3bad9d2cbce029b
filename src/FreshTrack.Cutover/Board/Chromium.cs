using System.ComponentModel;
using CliWrap;

namespace FreshTrack.Cutover.Board;

/// <summary>A Chromium of this machine, run without a window and without a network, once a picture.</summary>
public sealed record Chromium(string Program)
{
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

    /// <returns>Why there is no picture; null when there is one.</returns>
    public async Task<string?> TakePictureAsync(string page, string picture, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("freshtrack-board-");
        try
        {
            var file = Path.Combine(folder.FullName, "board.html");
            await File.WriteAllTextAsync(file, page, cancellationToken);
            return await RunAsync(Command(folder.FullName, file, picture), cancellationToken)
                ?? (File.Exists(picture) ? null : "Chromium ended well and wrote nothing");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Command Command(string profile, string page, string picture) =>
        Cli.Wrap(Program)
            .WithArguments([
                "--headless",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--disable-background-networking",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                $"--user-data-dir={Path.Combine(profile, "profile")}",
                "--window-size=1280,1600",
                $"--screenshot={picture}",
                // Chromium refuses its own sandbox to root; the page is ours, without a script and without a network.
                .. Environment.IsPrivilegedProcess ? ["--no-sandbox"] : Array.Empty<string>(),
                new Uri(page).AbsoluteUri,
            ])
            .WithValidation(CommandResultValidation.None);

    private static async Task<string?> RunAsync(Command command, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(Limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            var ended = await command.ExecuteAsync(either.Token);
            return ended.IsSuccess ? null : $"Chromium ended with exit code {ended.ExitCode}";
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
}
