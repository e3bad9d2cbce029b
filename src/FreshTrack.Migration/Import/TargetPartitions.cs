using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <summary>Creates the monthly partitions that the data's own range needs, as <c>table_2026_01</c>.</summary>
internal static class TargetPartitions
{
    /// <summary>Only time has months; tables partitioned by ranges
    /// of anything else bring their partitions themselves.</summary>
    public static bool CanSplit(ColumnProjection column) =>
        column.TransportType is "date" or "timestamp with time zone" or "timestamp without time zone";

    public static async Task CreateAsync(
        NpgsqlConnection target,
        string runId,
        IReadOnlyList<ManifestTable> tables,
        CancellationToken cancellationToken
    )
    {
        foreach (var table in tables)
        {
            if (table is { From: { } from, To: { } to })
            {
                foreach (var month in Months(from, to))
                {
                    await CreateAsync(target, runId, TableName.Parse(table.Target), month, cancellationToken);
                }
            }
        }
    }

    /// <summary>The first days of all months that the range touches.</summary>
    public static IEnumerable<DateOnly> Months(DateTime from, DateTime to)
    {
        for (
            var month = new DateOnly(from.Year, from.Month, 1);
            month <= DateOnly.FromDateTime(to);
            month = month.AddMonths(1)
        )
        {
            yield return month;
        }
    }

    private static async Task CreateAsync(
        NpgsqlConnection target,
        string runId,
        TableName table,
        DateOnly month,
        CancellationToken cancellationToken
    )
    {
        var partition = table with { Name = $"{table.Name}_{month:yyyy_MM}" };
        if (
            await target.ScalarAsync<bool>(
                new Sql("select to_regclass($1) is not null"),
                cancellationToken,
                Sql.Format($"{partition}").Text
            )
        )
        {
            return;
        }

        try
        {
            await using var transaction = await target.BeginTransactionAsync(cancellationToken);
            await target.ExecuteAsync(
                Sql.Format(
                    $"""
                    create table {partition} partition of {table}
                    for values from ({Day(month)}) to ({Day(month.AddMonths(1))})
                    """
                ),
                cancellationToken
            );
            await target.ExecuteAsync(
                Sql.Format($"insert into {OwnNames.Created} (run_id, schema_name, name) values ($1, $2, $3)"),
                cancellationToken,
                runId,
                partition.Schema,
                partition.Name
            );
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InvalidObjectDefinition)
        {
            // A partition of another name or width covers the month already.
        }
    }

    // Sessions run in UTC, so a day is midnight UTC.
    private static Sql Day(DateOnly day) => Sql.Literal(day.ToString("yyyy-MM-dd"));
}
