using System.ComponentModel;
using CliWrap;
using CliWrap.Buffered;

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
            var git = await Cli.Wrap("git")
                .WithArguments(arguments)
                .WithWorkingDirectory(root)
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellationToken);
            return git.IsSuccess ? git.StandardOutput : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
