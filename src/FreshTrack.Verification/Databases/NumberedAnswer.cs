using System.Data.Common;

namespace FreshTrack.Verification.Databases;

/// <summary>
/// An answer that says where it ends: every row carries its number and whether it is the last, and an answer of no rows
/// is one row without a number.
/// So neither a lost row nor a lost tail nor no answer at all can pass for a shorter list.
/// </summary>
/// <remarks>The server holds nothing back to number the rows: it looks one row ahead.</remarks>
internal sealed class NumberedAnswer(string side)
{
    private long rows;
    private bool ended;

    public static Sql Ask(Sql sql) =>
        Sql.Format(
            $"""
            select numbered.* from (select) as always left join (
              select answer.*, row_number() over (), lead(true) over () is null from (
            {sql}
              ) as answer) as numbered on true
            """
        );

    /// <returns>False for the row that stands for none.</returns>
    /// <exception cref="QueryFailedException">A row is missing before this one.</exception>
    public bool Take(DbDataReader row)
    {
        var (number, last) = (row.FieldCount - 2, row.FieldCount - 1);
        if (ended)
        {
            throw new QueryFailedException($"The {side} returned more after its last row, which was number {rows}.");
        }

        if (row.IsDBNull(number))
        {
            ended = rows == 0;
            return false;
        }

        if (row.GetInt64(number) != ++rows)
        {
            throw new QueryFailedException(
                $"The {side} returned row {row.GetInt64(number)} of an answer where row {rows} was due."
            );
        }

        ended = row.GetBoolean(last);
        return true;
    }

    /// <exception cref="QueryFailedException">The last row did not come.</exception>
    public void DemandEnd()
    {
        if (!ended)
        {
            throw new QueryFailedException($"The {side} returned {rows} rows of an answer that has more.");
        }
    }
}
