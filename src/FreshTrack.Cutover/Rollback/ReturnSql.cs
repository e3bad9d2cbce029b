using FreshTrack.Plan;

namespace FreshTrack.Cutover.Rollback;

/// <summary>The statements that carry rows of one table back. Rows travel as text, one array a column; each statement's
/// parameters are these arrays, in the order that it names.</summary>
public static class ReturnSql
{
    /// <summary>On the source, for one transaction: rows that are inserted again, and what they keep.</summary>
    private static readonly Identifier Incoming = new("freshtrack_incoming");

    private static readonly Identifier Kept = new("freshtrack_kept");
    private static readonly Identifier Rows = new("freshtrack_rows");

    /// <summary>Reads rows of the target by their keys, as the source's columns. Parameters: the key's
    /// columns.</summary>
    public static Sql Read(ReverseTable table) =>
        Sql.Format(
            $"select {Sql.Join(", ", table.Columns.Select(column => column.Read))} from {table.Target} "
                + $"where {Found(table)}"
        );

    /// <summary>Counts rows of the target by their keys. Parameters: the key's columns.</summary>
    public static Sql Count(ReverseTable table) =>
        Sql.Format($"select count(*) from {table.Target} where {Found(table)}");

    /// <summary>Parameters: the columns.</summary>
    public static Sql Insert(ReverseTable table) =>
        Sql.Format(
            $"insert into {table.Source} ({Names(table)}) overriding system value select {Values(table, Rows)} "
                + $"from {Unnested(table.Columns.Count, Rows)}"
        );

    /// <summary>Parameters: the columns.</summary>
    public static Sql Update(ReverseTable table)
    {
        var changed = table.Columns.Index().Where(item => !table.IsKey(item.Item.Name)).ToList();
        var sets = changed.Select(item =>
            Sql.Format($"{new Identifier(item.Item.Name)} = {Value(item.Item, Rows, item.Index)}")
        );
        return Sql.Format(
            $"update {table.Source} set {Sql.Join(", ", sets)} from {Unnested(table.Columns.Count, Rows)} "
                + $"where {Matches(table, key => Value(table, Rows, key))} and {Filter(table)}"
        );
    }

    /// <summary>A row whose every column is its key can only be there or not.</summary>
    public static bool CanChange(ReverseTable table) => table.Columns.Any(column => !table.IsKey(column.Name));

    /// <summary>Parameters: the key's columns.</summary>
    public static Sql Delete(ReverseTable table) =>
        Sql.Format(
            $"delete from {table.Source} using {Unnested(table.Key.Count, Rows)} where {OfKeys(table)} "
                + $"and {Filter(table)}"
        );

    /// <summary>A place for rows that have to make room for each other before any of them is written.</summary>
    public static Sql CreateIncoming(ReverseTable table) =>
        Sql.Format($"create temporary table {Incoming} ({Sql.Join(", ", Texts(table.Columns.Count))}) on commit drop");

    /// <summary>Parameters: the columns.</summary>
    public static Sql AddIncoming(ReverseTable table) =>
        Sql.Format($"insert into {Incoming} select * from {Unnested(table.Columns.Count, Rows)}");

    /// <summary>Takes the incoming rows' predecessors away, and keeps what nothing of the target fills.</summary>
    public static Sql MakeRoom(ReverseTable table)
    {
        var incoming = Matches(table, key => Value(table, Incoming, key));
        return Sql.Format(
            $"""
            create temporary table {Kept} on commit drop as
              select {table.Source}.* from {table.Source}, {Incoming} where {incoming} and {Filter(table)};
            delete from {table.Source} using {Incoming} where {incoming} and {Filter(table)}
            """
        );
    }

    /// <summary>Writes the incoming rows: first those that had a predecessor, then the new ones.</summary>
    public static Sql WriteIncoming(ReverseTable table)
    {
        var kept = table.Kept.Select(column => new Identifier(column.Name)).ToList();
        var names = table.Columns.Select(column => new Identifier(column.Name)).Concat(kept);
        var values = table
            .Columns.Select((column, index) => Value(column, Incoming, index))
            .Concat(kept.Select(name => Sql.Format($"{Kept}.{name}")));
        var same = Sql.Join(
            " and ",
            table.Key.Select(key =>
                Sql.Format($"{Compared(key, Sql.Format($"{Kept}"))} = {Value(table, Incoming, key)}")
            )
        );
        return Sql.Format(
            $"""
            insert into {table.Source} ({Sql.Join(", ", names.Select(name => Sql.Format($"{name}")))})
              overriding system value select {Sql.Join(", ", values)} from {Incoming} join {Kept} on {same};
            insert into {table.Source} ({Names(table)})
              overriding system value select {Values(table, Incoming)} from {Incoming}
              where not exists (select from {Kept} where {same})
            """
        );
    }

    /// <summary>Keys of incoming rows that a row of the source is in the way of, by the columns of a unique key: at
    /// most three.</summary>
    public static Sql InTheWay(ReverseTable table, IReadOnlyList<string> unique)
    {
        var columns = table.Columns.Index().Where(item => unique.Contains(item.Item.Name)).ToList();
        var equal = columns.Select(item =>
            Sql.Format($"{table.Source}.{new Identifier(item.Item.Name)} = {Value(item.Item, Incoming, item.Index)}")
        );
        var key = table.Key.Select(item => Sql.Format($"{Incoming}.{Column(table.IndexOf(item))}"));
        return Sql.Format(
            $"select concat_ws(', ', {Sql.Join(", ", key)}) from {Incoming}, {table.Source} "
                + $"where {Sql.Join(" and ", equal)} order by 1 limit 3"
        );
    }

    private static Sql Names(ReverseTable table) => Sql.Columns(table.Columns.Select(column => column.Name));

    private static Sql Values(ReverseTable table, Identifier rows) =>
        Sql.Join(", ", table.Columns.Select((column, index) => Value(column, rows, index)));

    private static Sql Value(ReverseColumn column, Identifier rows, int index) =>
        column.Written(Sql.Format($"{rows}.{Column(index)}"));

    private static Sql Value(ReverseTable table, Identifier rows, ReverseKey key) =>
        Keyed(key, Sql.Format($"{rows}.{Column(table.IndexOf(key))}"));

    private static Sql Keyed(ReverseKey key, Sql text) =>
        key.Lowers ? Sql.Format($"lower({text})") : ReverseColumn.Cast(text, key.Source);

    private static Sql Compared(ReverseKey key, Sql row) =>
        key.Lowers
            ? Sql.Format($"lower({row}.{new Identifier(key.Source.Name)}::text)")
            : Sql.Format($"{row}.{new Identifier(key.Source.Name)}");

    private static Sql Matches(ReverseTable table, Func<ReverseKey, Sql> value) =>
        Sql.Join(
            " and ",
            table.Key.Select(key => Sql.Format($"{Compared(key, Sql.Format($"{table.Source}"))} = {value(key)}"))
        );

    private static Sql OfKeys(ReverseTable table) =>
        Sql.Join(
            " and ",
            table.Key.Select(
                (key, index) =>
                    Sql.Format(
                        $"{Compared(key, Sql.Format($"{table.Source}"))} = "
                            + $"{Keyed(key, Sql.Format($"{Rows}.{Column(index)}"))}"
                    )
            )
        );

    /// <summary>Whether a row of the target has one of the keys; those of users are the source's.</summary>
    private static Sql Found(ReverseTable table) =>
        Sql.Format(
            $"({Sql.Columns(table.Key.Select(key => key.Target.Name))}) in (select "
                + $"{Sql.Join(", ", table.Key.Select((key, index) => OnTarget(key, index)))} "
                + $"from {Unnested(table.Key.Count, Rows)})"
        );

    private static Sql OnTarget(ReverseKey key, int index)
    {
        var text = Sql.Format($"{Rows}.{Column(index)}");
        return key.IsUser ? ReverseColumn.TargetUser(text) : ReverseColumn.Cast(text, key.Target);
    }

    private static Sql Filter(ReverseTable table) =>
        table.Entry.Plan.Where is { } filter ? Sql.Format($"({Sql.Expression(filter)}\n)") : new Sql("true");

    private static Sql Unnested(int columns, Identifier rows)
    {
        var arrays = Enumerable.Range(1, columns).Select(number => Sql.Format($"${number}::text[]"));
        var names = Enumerable.Range(0, columns).Select(index => Sql.Format($"{Column(index)}"));
        return Sql.Format($"unnest({Sql.Join(", ", arrays)}) as {rows} ({Sql.Join(", ", names)})");
    }

    private static IEnumerable<Sql> Texts(int columns) =>
        Enumerable.Range(0, columns).Select(index => Sql.Format($"{Column(index)} text"));

    private static Identifier Column(int index) => new($"freshtrack_{index}");
}
