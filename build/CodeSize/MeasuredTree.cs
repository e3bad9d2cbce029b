namespace FreshTrack.Build.CodeSize;

/// <summary>The size of one state of the repository.</summary>
/// <param name="Tree">The commit, or <c>work tree</c>.</param>
public sealed record MeasuredTree(string Tree, SourceSize WithoutTests, SourceSize WithTests)
{
    public static MeasuredTree Of(string tree, IReadOnlyCollection<SourceFile> files) =>
        new(tree, SourceSize.Of([.. files.Where(file => !file.IsTest)]), SourceSize.Of(files));
}
