using Spectre.Console;

namespace FreshTrack.Build.CodeSize;

/// <summary>Sizes as a table: a column a tree, without and with its tests.</summary>
internal static class SizeTable
{
    public static Table Of(IReadOnlyList<MeasuredTree> trees)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("C#");
        foreach (var tree in trees)
        {
            var name = Markup.Escape(tree.Tree.Length == 40 ? tree.Tree[..7] : tree.Tree);
            table.AddColumn(new TableColumn($"{name}, without tests").RightAligned());
            table.AddColumn(new TableColumn($"{name}, with tests").RightAligned());
        }

        AddRow("files", size => Count(size.Files));
        AddRow("lines", size => Count(size.Lines));
        AddRow("tokens", size => Count(size.Tokens));
        AddRow("median file, lines", size => Count(size.MedianLines));
        AddRow("largest file, lines", size => Named(size.LargestFile));
        AddRow("p90 of line length", size => Count(size.LineLengthP90));
        AddRow("largest folder, files", size => Named(size.LargestFolder));
        return table;

        void AddRow(string name, Func<SourceSize, string> figure) =>
            table.AddRow([
                name,
                .. trees.SelectMany(tree => new[] { figure(tree.WithoutTests), figure(tree.WithTests) }),
            ]);
    }

    private static string Count(int count) => count.ToString("N0");

    private static string Named(Largest largest) => $"{Count(largest.Count)} {Markup.Escape(largest.Name)}";
}
