using FreshTrack.Cutover.Environments;
using FreshTrack.Migration;
using FreshTrack.Migration.Exporting;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Slices;

/// <summary>Shows what a move would do, from both catalogs and without a write.</summary>
internal static class MovePreview
{
    public static async Task ShowAsync(
        IAnsiConsole console,
        CutoverEnvironment servers,
        ResolvedPlan plan,
        CancellationToken cancellationToken
    )
    {
        var source = await Catalog.ReadAsync(servers.Source, cancellationToken);
        var target = await Catalog.ReadAsync(servers.Target, cancellationToken);
        var options = new MoveOptions("(new)");
        var chunks = ChunkPlanner.Plan(plan, source, options.PagesPerChunk).ToLookup(chunk => chunk.Table);
        var table = new Table().Border(TableBorder.Rounded).AddColumns("source", "target");
        foreach (var name in new[] { "rows, about", "MB", "chunks", "indexes and keys" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var projection in plan.Tables)
        {
            var from = source.Tables[projection.Source];
            var to = target.Tables[projection.Target];
            var relations = from.Kind == RelationKind.Partitioned ? from.Leaves : [from];
            table.AddRow(
                Markup.Escape($"{projection.Source}"),
                Markup.Escape($"{projection.Target}"),
                Text(relations.Sum(relation => relation.Rows ?? 0), "N0"),
                Text(relations.Sum(relation => relation.Bytes) / 1e6, "0.0"),
                Text(chunks[projection].Count(), "N0"),
                Text(to.Indexes.Count + to.ForeignKeys.Count, "N0")
            );
        }

        console.Write(table);
        console.WriteLine(
            $"{options.Workers} workers would export to {servers.ObjectStore}, then drop indexes, keys "
                + "and triggers of the target, import, and put them back. Nothing was written."
        );
    }

    private static string Text(double value, string format) => value.ToString(format);
}
