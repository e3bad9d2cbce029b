using CliWrap;
using FreshTrack.Build.CodeSize;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Build.CodeSize;

public sealed class TrackedFilesTests : IAsyncLifetime
{
    private readonly string root = Directory.CreateTempSubdirectory("tracked").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TrackedFiles Tracked => new(root);

    public async ValueTask InitializeAsync()
    {
        await GitAsync("init", "--quiet");
        await WriteAsync("src/A.cs", "class Old;\n");
        await WriteAsync("src/Gone.cs", "class Gone;\n");
        await WriteAsync("notes.txt", "not code\n");
        await GitAsync("add", ".");
        await GitAsync(
            ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"],
            "commit",
            "--quiet",
            "-m",
            "First"
        );
        await WriteAsync("src/A.cs", "class New;\n");
        await WriteAsync("src/Untracked.cs", "class Untracked;\n");
        File.Delete(Path.Combine(root, "src/Gone.cs"));
    }

    public ValueTask DisposeAsync()
    {
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            // git writes its objects read-only.
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(root, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Work_tree_is_read_as_it_is() =>
        Assert.Equal([new SourceText("src/A.cs", "class New;\n")], Texts(await Tracked.OfWorkTreeAsync(Cancel)));

    [Fact]
    public async Task Commit_is_read_as_it_was()
    {
        var commit = await Tracked.CommitAsync("HEAD", Cancel);

        Assert.Equal(40, commit.Length);
        Assert.Equal(
            [new SourceText("src/A.cs", "class Old;\n"), new SourceText("src/Gone.cs", "class Gone;\n")],
            Texts(await Tracked.OfCommitAsync(commit, Cancel))
        );
    }

    [Theory]
    [InlineData("no-such-branch")]
    [InlineData("--output=file")]
    public async Task Unknown_commit_is_refused(string revision)
    {
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => Tracked.CommitAsync(revision, Cancel));

        Assert.StartsWith($"Unknown commit '{revision}'. Use a commit, tag or branch", refusal.Message);
    }

    [Fact]
    public async Task Folder_that_is_not_a_clone_is_refused() =>
        await Assert.ThrowsAsync<RefusedException>(() => new TrackedFiles(Path.GetTempPath()).OfWorkTreeAsync(Cancel));

    private static IEnumerable<SourceText> Texts(IEnumerable<SourceFile> files) =>
        files.Select(file => new SourceText(file.Path, file.Text)).OrderBy(file => file.Path);

    private async Task WriteAsync(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, path))!);
        await File.WriteAllTextAsync(Path.Combine(root, path), text, Cancel);
    }

    private Task GitAsync(params string[] arguments) => GitAsync([], arguments);

    private async Task GitAsync(string[] settings, params string[] arguments) =>
        await Cli.Wrap("git")
            .WithArguments([.. settings, .. arguments])
            .WithWorkingDirectory(root)
            .ExecuteAsync(Cancel);

    private sealed record SourceText(string Path, string Text);
}
