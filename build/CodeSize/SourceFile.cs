namespace FreshTrack.Build.CodeSize;

/// <summary>A C# file of the repository.</summary>
/// <param name="Path">Relative to the repository, with slashes.</param>
public sealed record SourceFile(string Path, string Text)
{
    /// <summary>Whether it lies below <c>tests/</c>.</summary>
    public bool IsTest => Path.StartsWith("tests/");

    /// <summary>The folder that holds it; empty for the repository itself.</summary>
    public string Folder => Path[..Math.Max(0, Path.LastIndexOf('/'))];

    /// <summary>Its lines, without their ends; a line end at the end of the file begins no further line.</summary>
    public IReadOnlyList<string> Lines { get; } = Split(Text);

    private static string[] Split(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
