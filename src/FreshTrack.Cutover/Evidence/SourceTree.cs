using System.Diagnostics;

namespace FreshTrack.Cutover.Evidence;

/// <summary>The commit that runs, and whether the tree holds anything besides it.</summary>
public sealed record SourceTree(string Commit, bool Clean)
{
    /// <summary>Asks git; outside a checkout the commit is <c>unknown</c> and the tree not clean.</summary>
    public static async Task<SourceTree> ReadAsync(string root, CancellationToken cancellationToken)
    {
        var commit = await GitAsync(root, ["rev-parse", "HEAD"], cancellationToken);
        var status = await GitAsync(root, ["status", "--porcelain"], cancellationToken);
        return commit is null
            ? new SourceTree("unknown", false)
            : new SourceTree(commit.Trim(), status is { Length: 0 });
    }

    private static async Task<string?> GitAsync(string root, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var git = Process.Start(
                new ProcessStartInfo("git", arguments)
                {
                    WorkingDirectory = root,
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var output = await git.StandardOutput.ReadToEndAsync(cancellationToken);
            await git.WaitForExitAsync(cancellationToken);
            return git.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
