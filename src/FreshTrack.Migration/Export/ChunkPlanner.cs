using FreshTrack.Plan;

namespace FreshTrack.Migration.Exporting;

/// <summary>One slice of one table: a range of heap pages, or the whole of it.</summary>
/// <param name="Number">Counts from 0 within the target table.</param>
/// <param name="Relation">What is read: the source table or one of its partitions.</param>
/// <param name="FirstPage">Null reads from the start.</param>
/// <param name="EndPage">The page after the last; null reads to the end, whatever has been added.</param>
public sealed record Chunk(
    TableProjection Table,
    int Number,
    TableName Relation,
    bool IsView,
    long? FirstPage,
    long? EndPage
);

/// <summary>Cuts tables into chunks. Pure: the same plan and catalog give the same chunks.</summary>
public static class ChunkPlanner
{
    /// <summary>All chunks, the largest tables' first, so that no
    /// worker is left alone with a large one at the end.</summary>
    /// <param name="pagesPerChunk">Heap pages per chunk, at least 1.</param>
    public static IReadOnlyList<Chunk> Plan(ResolvedPlan plan, Catalog source, int pagesPerChunk)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pagesPerChunk, 1);
        var numbers = new Dictionary<TableName, int>();
        var chunks = new List<(long Pages, Chunk Chunk)>();
        foreach (var table in plan.Tables)
        {
            var relations = Relations(source.Tables[table.Source]).ToList();
            var pages = relations.Sum(relation => relation.Pages);
            foreach (var (relation, first, end) in relations.SelectMany(relation => Ranges(relation, pagesPerChunk)))
            {
                var number = numbers.GetValueOrDefault(table.Target);
                numbers[table.Target] = number + 1;
                chunks.Add(
                    (
                        pages,
                        new Chunk(
                            table,
                            number,
                            relation.Name,
                            relation.Kind is RelationKind.View or RelationKind.Foreign,
                            first,
                            end
                        )
                    )
                );
            }
        }

        return [.. chunks.OrderByDescending(item => item.Pages).Select(item => item.Chunk)];
    }

    private static IEnumerable<CatalogTable> Relations(CatalogTable table) =>
        table.Kind == RelationKind.Partitioned ? table.Leaves : [table];

    private static IEnumerable<(CatalogTable Relation, long? First, long? End)> Ranges(
        CatalogTable relation,
        int pagesPerChunk
    )
    {
        if (relation.Kind != RelationKind.Table || relation.Pages <= pagesPerChunk)
        {
            yield return (relation, null, null);
            yield break;
        }

        for (long first = 0; first < relation.Pages; first += pagesPerChunk)
        {
            var end = first + pagesPerChunk;
            yield return (relation, first, end < relation.Pages ? end : null);
        }
    }
}
