using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Npgsql;
using NpgsqlTypes;

namespace FreshTrack.Api.Alerts;

/// <summary>Writes the judgements of many units, their events and what is to be sent in one round trip.</summary>
internal static class WatchWriter
{
    /// <param name="channels">Channels over which alerts can be sent at all.</param>
    /// <returns>How many alerts reached nobody.</returns>
    public static async Task<int> WriteAsync(
        NpgsqlTransaction transaction,
        IReadOnlyList<(WatchedLook Look, Judgement Judgement)> judged,
        string[] channels,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        var organizations = judged
            .Where(item => item.Judgement.ChangesAlerts)
            .Select(item => item.Look.Unit.Organization)
            .ToArray();
        if (organizations.Length > 0)
        {
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(WatchSql.Lock)
                {
                    Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = organizations } },
                }
            );
        }

        Add(
            batch,
            WatchSql.Resolved,
            [
                .. judged.SelectMany(
                    j => j.Judgement.Resolved,
                    (j, alert) => new ChangedRow(j.Look.Unit.Id, alert.Kind.Label(), alert.At)
                ),
            ],
            AlertsJson.Default.ChangedRowArray,
            now
        );
        Add(
            batch,
            WatchSql.Corrected,
            [.. judged.SelectMany(j => j.Judgement.Corrected, (j, alert) => CorrectedRow.Of(j.Look.Unit, alert))],
            AlertsJson.Default.CorrectedRowArray,
            now,
            channels
        );
        Add(
            batch,
            WatchSql.Worsened,
            [
                .. judged.SelectMany(
                    j => j.Judgement.Worsened,
                    (j, kind) => new ChangedRow(j.Look.Unit.Id, kind.Label(), null)
                ),
            ],
            AlertsJson.Default.ChangedRowArray,
            now,
            channels
        );
        Add(
            batch,
            WatchSql.Raised,
            [.. judged.SelectMany(j => j.Judgement.Raised, (j, alert) => RaisedRow.Of(j.Look.Unit, alert))],
            AlertsJson.Default.RaisedRowArray,
            now,
            channels
        );
        Add(
            batch,
            WatchSql.Door,
            [
                .. judged.SelectMany(
                    j => j.Judgement.Door,
                    (j, change) =>
                        new DoorRow(j.Look.Unit.Id, UnitRow.DoorLabel(change.Open), change.At, j.Judgement.IsFirstLook)
                ),
            ],
            AlertsJson.Default.DoorRowArray
        );
        UnitRow[] units = [.. judged.Select(j => UnitRow.Of(j.Look, j.Judgement))];
        Add(batch, WatchSql.State, units, AlertsJson.Default.UnitRowArray);
        Add(batch, WatchSql.Gone, [.. judged.SelectMany(Gone)], AlertsJson.Default.ReporterRowArray);
        Add(
            batch,
            WatchSql.Reporters,
            [
                .. judged.SelectMany(
                    j => j.Judgement.State.Reporters,
                    (j, state) => ReporterRow.Of(j.Look.Unit.Id, state)
                ),
            ],
            AlertsJson.Default.ReporterRowArray
        );
        Add(batch, WatchSql.Units, units, AlertsJson.Default.UnitRowArray, now);
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        return await rows.CountUntoldAsync(cancellationToken);
    }

    /// <summary>Of statements that tell people of alerts: how many could reach nobody.</summary>
    public static async Task<int> CountUntoldAsync(this NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        var untold = 0;
        do
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                untold +=
                    rows.GetName(rows.FieldCount - 1) == "is_told" && !rows.GetBoolean(rows.FieldCount - 1) ? 1 : 0;
            }
        } while (await rows.NextResultAsync(cancellationToken));
        return untold;
    }

    private static IEnumerable<ReporterRow> Gone((WatchedLook Look, Judgement Judgement) judged) =>
        judged
            .Look.Unit.State.Reporters.Where(before =>
                judged.Judgement.State.Reporters.All(reporter => reporter.Id != before.Id)
            )
            .Select(before => ReporterRow.Of(judged.Look.Unit.Id, before));

    private static void Add<T>(
        NpgsqlBatch batch,
        [ConstantExpected] string sql,
        T[] rows,
        JsonTypeInfo<T[]> type,
        DateTime? now = null,
        string[]? channels = null
    )
    {
        if (rows.Length == 0)
        {
            return;
        }

        var command = new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                new NpgsqlParameter<string>
                {
                    TypedValue = JsonSerializer.Serialize(rows, type),
                    NpgsqlDbType = NpgsqlDbType.Jsonb,
                },
            },
        };
        if (now is { } time)
        {
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time });
        }

        if (channels is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = channels });
        }

        batch.BatchCommands.Add(command);
    }
}
