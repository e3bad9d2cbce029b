using FreshTrack.Api.Alerts;

namespace FreshTrack.UnitTests.Api.Alerts;

/// <summary>A unit of 0 to 5 °C with 1 °C of hysteresis; 10 and 20 minutes to confirm, 3 and 10 for the door, 12 for
/// silence. Times are minutes.</summary>
internal static class WatchedUnits
{
    public static readonly Guid ProbeA = new("aaaaaaaa-0000-4000-8000-000000000000");
    public static readonly Guid ProbeB = new("bbbbbbbb-0000-4000-8000-000000000000");

    private static readonly DateTime Start = new(2026, 1, 15, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Looked at five minutes before the start, when all was well.</summary>
    public static WatchState Known { get; } = new() { SeenThrough = At(-5), WatchedSince = At(-5) };

    public static WatchedUnit Watched(params KnownAlert[] alerts) =>
        new()
        {
            Id = Guid.Empty,
            Name = "Walk-in",
            Area = Guid.Empty,
            Site = Guid.Empty,
            Organization = Guid.Empty,
            Lowest = 0,
            Highest = 5,
            Hysteresis = 1,
            State = Known,
            Alerts = alerts,
            Rules = new WatchRules
            {
                SilenceAfter = TimeSpan.FromMinutes(12),
                DoorWarningAfter = TimeSpan.FromMinutes(3),
                DoorCriticalAfter = TimeSpan.FromMinutes(10),
                ConfirmDoorClosed = TimeSpan.FromMinutes(10),
                ConfirmDoorOpen = TimeSpan.FromMinutes(20),
            },
        };

    public static DateTime At(double minute) => Start.AddMinutes(minute);

    public static double Minute(DateTime at) => (at - Start).TotalMinutes;

    public static WatchedReading Probe(Guid reporter, double minute, decimal temperature, double? arrived = null) =>
        new(
            At(minute),
            temperature,
            Sensor: reporter == Guid.Empty ? null : reporter.ToString("N")[..1].ToUpperInvariant(),
            Reporter: reporter,
            ArrivedAt: At(arrived ?? minute)
        );

    public static Judgement Judge(WatchedUnit unit, (int Minute, decimal Temperature)[] readings, int? now = null) =>
        Judge(unit, readings.Select(r => Probe(ProbeA, r.Minute, r.Temperature)).ToArray(), now ?? readings[^1].Minute);

    public static Judgement Judge(WatchedUnit unit, WatchedReading[] readings, double? now = null) =>
        UnitJudge.Judge(
            unit,
            new UnitLook(readings, ListeningSince: At(-100_000), now is { } minute ? At(minute) : readings[^1].At)
        );
}
