using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <summary>A session's own table beside the target's, for rows whose user ids are mapped, or whose types COPY cannot
/// read, set by set.</summary>
internal sealed class Staging(TableProjection table)
{
    public string Name { get; } = $"staging_{table.Source}_{table.Target}";

    // COPY cannot name no columns at all; rows of a table that fills itself arrive here.
    public static bool IsNeeded(TableProjection table) =>
        table.Columns.Count == 0 || table.Columns.Any(column => column.IsUser || column.NeedsCast);

    public Sql Create =>
        Sql.Format($"create temporary table {Relation} ({Columns(StagingColumn)}) on commit delete rows");

    public Sql Copy => Sql.Format($"copy {Relation}{Names} from stdin (format binary)");

    // Assignment, not a cast, fits the values to the target's types: a cast with a modifier cuts in silence.
    public Sql Move =>
        Sql.Format(
            $"insert into {table.Target}{Names} overriding system value select {Columns(Value)} from {Relation} s{Maps}"
        );

    /// <exception cref="MigrationException">A user id has no counterpart: named with table, column and how many
    /// rows.</exception>
    public async Task RefuseUnmappedAsync(
        NpgsqlConnection connection,
        ManifestPart part,
        CancellationToken cancellationToken
    )
    {
        var users = Users.ToList();
        if (users.Count == 0)
        {
            return;
        }

        var counts = Sql.Join(
            ", ",
            users.Select(user =>
                Sql.Format($"count(*) filter (where s.{user.Column} is not null and {user.Alias}.source_id is null)")
            )
        );
        var unmapped = await connection.ListAsync(
            Sql.Format($"select {counts} from {Relation} s{Maps}"),
            row => Enumerable.Range(0, users.Count).Select(row.GetInt64).ToList(),
            cancellationToken
        );
        for (var i = 0; i < users.Count; i++)
        {
            if (unmapped[0][i] > 0)
            {
                throw new MigrationException(
                    $"{unmapped[0][i]} rows of {part.Table}, chunk {part.Chunk}, hold user ids in "
                        + $"'{users[i].Column.Text.Trim('"')}' that {OwnNames.UserMap} lacks. Map the users "
                        + "first; nothing of the chunk was kept."
                );
            }
        }
    }

    private Sql Relation => Sql.Format($"pg_temp.{new Identifier(Name)}");

    private Sql Names =>
        table.Columns.Count == 0
            ? new Sql("")
            : Sql.Format($" ({Sql.Columns(table.Columns.Select(column => column.Target))})");

    private IEnumerable<(Sql Column, Sql Alias)> Users =>
        table
            .Columns.Select((column, index) => (column, index))
            .Where(item => item.column.IsUser)
            .Select(item => (Quoted(item.column), Sql.Format($"m{item.index}")));

    private Sql Maps =>
        Sql.Join(
            "",
            Users.Select(user =>
                Sql.Format($" left join {OwnNames.UserMap} {user.Alias} on {user.Alias}.source_id = s.{user.Column}")
            )
        );

    private static Sql Quoted(ColumnProjection column) => Sql.Format($"{new Identifier(column.Target)}");

    private static Sql StagingColumn(ColumnProjection column, int index) =>
        Sql.Format($"{Quoted(column)} {Sql.Expression(column.NeedsCast ? column.TransportType : column.Type)}");

    private static Sql Value(ColumnProjection column, int index)
    {
        if (column.IsUser)
        {
            return Sql.Format($"m{index}.target_id");
        }

        return column.NeedsCast
            ? Sql.Format($"s.{Quoted(column)}::{Sql.Expression(column.Type)}")
            : Sql.Format($"s.{Quoted(column)}");
    }

    private Sql Columns(Func<ColumnProjection, int, Sql> map) => Sql.Join(", ", table.Columns.Select(map));
}
