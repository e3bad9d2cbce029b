using Npgsql;

namespace FreshTrack.Api.Alerts;

/// <summary>The rows that <see cref="WatchReader"/> reads.</summary>
internal static class ReadRows
{
    public static async Task<List<T>> NextAsync<T>(
        this NpgsqlDataReader rows,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        await rows.NextResultAsync(cancellationToken);
        return await rows.ListAsync(read, cancellationToken);
    }

    public static (Guid Unit, WatchState State) State(NpgsqlDataReader row) =>
        (
            row.GetGuid(0),
            new WatchState
            {
                SeenThrough = Time(row, 1),
                WatchedSince = Time(row, 2),
                RewoundFrom = Time(row, 3),
                RewoundUntil = Time(row, 4),
                SilentSince = Time(row, 5),
                Excursion = row.IsDBNull(6)
                    ? null
                    : new Excursion(
                        row.GetDateTime(6),
                        row.GetDateTime(7),
                        row.GetDecimal(8),
                        row.GetDecimal(9),
                        Text(row, 10)
                    ),
            }
        );

    public static (Guid Unit, ReporterState State) Reporter(NpgsqlDataReader row) =>
        (
            row.GetGuid(0),
            new ReporterState(row.GetGuid(1))
            {
                TemperatureAt = Time(row, 2),
                OutsideSince = Time(row, 3),
                IsConfirmed = row.GetBoolean(4),
                DoorAt = Time(row, 5),
                DoorOpenSince = Time(row, 6),
                BatteryAt = Time(row, 7),
                IsGone = row.GetBoolean(8),
            }
        );

    public static WatchedUnit Unit(NpgsqlDataReader row, TemperatureUnit stored, Func<Guid, WatchState> state) =>
        new()
        {
            Id = row.GetGuid(0),
            Name = row.GetString(1),
            Area = row.GetGuid(2),
            Site = row.GetGuid(3),
            Organization = row.GetGuid(4),
            Shown = new ShownTemperatures(
                stored,
                row.GetBoolean(5) ? TemperatureUnit.Fahrenheit : TemperatureUnit.Celsius
            ),
            Highest = row.GetDecimal(6),
            Lowest = row.IsDBNull(7) ? null : row.GetDecimal(7),
            Hysteresis = row.GetDecimal(8),
            LastReadingAt = Time(row, 9),
            Rules = new WatchRules
            {
                SilenceAfter = new[] { row.GetTimeSpan(10), WatchRules.ShortestSilence }.Max(),
                DoorWarningAfter = row.GetTimeSpan(11),
                DoorCriticalAfter = row.GetTimeSpan(12),
                ConfirmDoorClosed = row.GetTimeSpan(13),
                ConfirmDoorOpen = row.GetTimeSpan(14),
            },
            State = state(row.GetGuid(0)),
        };

    public static (Guid Unit, DateTime At) Moment(NpgsqlDataReader row) => (row.GetGuid(0), row.GetDateTime(1));

    public static (Guid Unit, DateTime At, DateTime? CorrectedAt) Late(NpgsqlDataReader row) =>
        (row.GetGuid(0), row.GetDateTime(1), Time(row, 2));

    public static (Guid Unit, KnownAlert Alert) Alert(NpgsqlDataReader row)
    {
        var kind = Enum.GetValues<AlertKind>().Single(kind => kind.Label() == row.GetString(1));
        return (
            row.GetGuid(0),
            new KnownAlert(
                kind,
                row.GetBoolean(2) ? AlertSeverity.Critical : AlertSeverity.Warning,
                Text(row, 3),
                row.GetGuid(4),
                row.GetDateTime(5),
                row.GetDateTime(6),
                row.GetDateTime(7),
                Time(row, 8),
                row.GetBoolean(9),
                row.GetBoolean(10),
                row.IsDBNull(11) ? null : row.GetDecimal(11),
                row.IsDBNull(12) ? null : row.GetDecimal(12)
            )
        );
    }

    public static (Guid Unit, WatchedReading Reading) Reading(NpgsqlDataReader row) =>
        (
            row.GetGuid(0),
            new WatchedReading(
                row.GetDateTime(1),
                row.IsDBNull(3) ? null : row.GetDecimal(3),
                row.IsDBNull(4) ? null : row.GetBoolean(4),
                row.IsDBNull(5) ? null : row.GetInt32(5),
                Text(row, 8),
                row.GetGuid(7),
                row.GetDateTime(2),
                row.GetBoolean(9),
                row.IsDBNull(6) ? null : row.GetDecimal(6)
            )
        );

    private static DateTime? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetDateTime(column);

    private static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);
}
