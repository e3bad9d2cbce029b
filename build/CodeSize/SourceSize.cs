using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FreshTrack.Build.CodeSize;

/// <summary>How much code there is, and how it is spread over files, lines and folders.</summary>
/// <param name="Tokens">As the C# compiler counts them: comments and what <c>#if</c> leaves out are none.</param>
/// <param name="MedianLines">Of the files; of an even number the lower one of the two in the middle.</param>
/// <param name="LargestFolder">By the C# files that it holds itself.</param>
/// <param name="LineLengthP90">Columns that nine of ten lines do not exceed, empty lines left out.</param>
public sealed record SourceSize(
    int Files,
    int Lines,
    int Tokens,
    int MedianLines,
    Largest LargestFile,
    Largest LargestFolder,
    int LineLengthP90
)
{
    public static SourceSize Of(IReadOnlyCollection<SourceFile> files)
    {
        var lines = files.Select(file => file.Lines.Count).Order().ToList();
        var lengths = files
            .SelectMany(file => file.Lines)
            .Where(line => !string.IsNullOrWhiteSpace(line))
            .Select(line => line.Length)
            .Order()
            .ToList();
        return new SourceSize(
            files.Count,
            lines.Sum(),
            files.Sum(file => TokensOf(file.Text)),
            Percentile(lines, 50),
            Largest.Of(files.Select(file => new Largest(file.Path, file.Lines.Count))),
            Largest.Of(files.CountBy(file => file.Folder).Select(folder => new Largest(folder.Key, folder.Value))),
            Percentile(lengths, 90)
        );
    }

    private static int TokensOf(string text) =>
        CSharpSyntaxTree
            .ParseText(text)
            .GetRoot()
            .DescendantTokens()
            .Count(token => !token.IsKind(SyntaxKind.EndOfFileToken));

    /// <summary>The smallest value that the share of all values does not exceed; 0 of none.</summary>
    private static int Percentile(List<int> sorted, int percent) =>
        sorted.Count == 0 ? 0 : sorted[((sorted.Count * percent) + 99) / 100 - 1];
}

/// <summary>The file or folder that holds most.</summary>
/// <param name="Count">Its lines, or its files.</param>
public sealed record Largest(string Name, int Count)
{
    /// <summary>The first by name where several are as large.</summary>
    public static Largest Of(IEnumerable<Largest> all) =>
        all.OrderByDescending(one => one.Count).ThenBy(one => one.Name).FirstOrDefault(new Largest("", 0));
}
