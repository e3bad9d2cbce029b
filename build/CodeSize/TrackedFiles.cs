using System.Formats.Tar;
using System.Text;
using CliWrap;
using FreshTrack.Cutover.Processes;
using FreshTrack.Plan;

namespace FreshTrack.Build.CodeSize;

/// <summary>The C# files that git tracks, in the work tree or in a commit.</summary>
/// <param name="Root">The repository's folder; nothing in it is written.</param>
public sealed record TrackedFiles(string Root)
{
    private const string Pattern = "*.cs";

    /// <summary>As they are on the disk; those that were deleted are left out.</summary>
    /// <exception cref="RefusedException">This is not a clone, or git is not there.</exception>
    public async Task<IReadOnlyList<SourceFile>> OfWorkTreeAsync(CancellationToken cancellationToken)
    {
        var files = new List<SourceFile>();
        var listed =
            await AskAsync(["ls-files", "-z", "--", Pattern], cancellationToken)
            ?? throw new RefusedException($"git lists no files of '{Root}'. Run in a clone of the repository.");
        foreach (var path in listed.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var file = Path.Combine(Root, path);
            if (File.Exists(file))
            {
                files.Add(new SourceFile(path, await File.ReadAllTextAsync(file, cancellationToken)));
            }
        }

        return files;
    }

    /// <summary>The commit's full id.</summary>
    /// <param name="revision">A commit, tag or branch.</param>
    /// <exception cref="RefusedException">There is no such commit in this clone, or git is not there.</exception>
    public async Task<string> CommitAsync(string revision, CancellationToken cancellationToken) =>
        (
            await AskAsync(
                ["rev-parse", "--verify", "--quiet", "--end-of-options", $"{revision}^{{commit}}"],
                cancellationToken
            )
        )?.Trim()
        ?? throw new RefusedException(
            $"Unknown commit '{revision}'. Use a commit, tag or branch of this clone; git fetch brings newer ones."
        );

    /// <param name="commit">The full id.</param>
    public async Task<IReadOnlyList<SourceFile>> OfCommitAsync(string commit, CancellationToken cancellationToken)
    {
        var files = new List<SourceFile>();
        var code = await Git(["archive", "--format=tar", commit, "--", Pattern])
            .WithStandardOutputPipe(PipeTarget.Create((stream, token) => ReadAsync(stream, files, token)))
            .RunAsync(cancellationToken);
        return code == 0
            ? files
            : throw new InvalidOperationException($"git archive {commit} ended with exit code {code}.");
    }

    private static async Task ReadAsync(Stream stream, List<SourceFile> files, CancellationToken cancellationToken)
    {
        await using var archive = new TarReader(stream, leaveOpen: true);
        while (await archive.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile)
            {
                using var text = new StreamReader(entry.DataStream ?? Stream.Null);
                files.Add(new SourceFile(entry.Name, await text.ReadToEndAsync(cancellationToken)));
            }
        }

        // git would fail if nobody read what follows the last file.
        await stream.CopyToAsync(Stream.Null, cancellationToken);
    }

    private async Task<string?> AskAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var output = new StringBuilder();
        var code = await Git(arguments)
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output, Encoding.UTF8))
            .RunAsync(cancellationToken);
        return code == 0 ? output.ToString() : null;
    }

    private Command Git(IEnumerable<string> arguments) =>
        Cli.Wrap("git").WithArguments(arguments).WithWorkingDirectory(Root);
}
