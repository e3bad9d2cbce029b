using System.Text;

namespace FreshTrack.IntegrationTests.Uplinks;

/// <summary>A row of <c>sensor_readings</c>.</summary>
/// <param name="FrameCounter">Null where the side does not keep it.</param>
internal sealed record ReadingRow(Guid Sensor, DateTime RecordedAt, decimal? Temperature, long? FrameCounter);

/// <summary>Compares what webhooks acknowledged with the rows of the side that is live: a reading is known by its
/// sensor, the network's time and, where it is kept, the frame counter.</summary>
internal sealed class AccountOfReadings
{
    private readonly StringBuilder table = new();

    private AccountOfReadings() { }

    /// <summary>Each reading that is not there exactly once as it was sent, in words; empty when all is well.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>A line a device.</summary>
    public string Table => $"{table}";

    /// <param name="owed">The uplinks that were acknowledged before the rows were read.</param>
    /// <param name="sent">All of them, also those that were sent meanwhile.</param>
    public static AccountOfReadings Of(
        string title,
        IReadOnlyList<SentUplink> owed,
        IReadOnlyList<SentUplink> sent,
        IReadOnlyList<ReadingRow> rows
    )
    {
        var account = new AccountOfReadings();
        var known = sent.ToDictionary(uplink => (uplink.Sensor.Id, uplink.At));
        var stored = rows.ToLookup(row => Find(known, row));
        account.Faults.AddRange(stored[null].Select(row => $"nobody sent {row}"));
        account.table.AppendLine($"{title, -24} sent  old  new  refused  stored  lost  doubled  changed");
        foreach (var device in sent.GroupBy(uplink => uplink.Sensor))
        {
            var ofDevice = device.ToList();
            var lost = owed.Where(uplink => uplink.Sensor == device.Key && !stored.Contains(uplink)).ToList();
            var doubled = ofDevice.Where(uplink => stored[uplink].Count() > 1).ToList();
            var changed = ofDevice.Where(uplink => stored[uplink].Any(row => !IsSame(uplink, row))).ToList();
            account.Tell("lost", lost);
            account.Tell("doubled", doubled);
            account.Tell("changed", changed);
            account.table.AppendLine(
                $"{device.Key.DeviceId, -24} {ofDevice.Count, 4} {Taken(TheThingsNetwork.OldSide), 4} "
                    + $"{Taken(TheThingsNetwork.NewSide), 4} {ofDevice.Sum(uplink => uplink.Refusals.Count), 8} "
                    + $"{ofDevice.Count(stored.Contains), 7} {lost.Count, 5} {doubled.Count, 8} {changed.Count, 8}"
            );

            int Taken(string side) => ofDevice.Count(uplink => uplink.TakenBy == side);
        }

        return account;
    }

    /// <summary>The old side's time was rounded by PostgreSQL, the new side's is cut.</summary>
    private static SentUplink? Find(Dictionary<(Guid, DateTime), SentUplink> known, ReadingRow row) =>
        known.GetValueOrDefault((row.Sensor, row.RecordedAt))
        ?? known.GetValueOrDefault((row.Sensor, row.RecordedAt.AddMicroseconds(-1)));

    private static bool IsSame(SentUplink uplink, ReadingRow row) =>
        row.Temperature == Math.Round((uplink.Celsius * 1.8m) + 32, 2, MidpointRounding.AwayFromZero)
        && (row.FrameCounter is null || row.FrameCounter == uplink.FrameCounter);

    private void Tell(string what, IEnumerable<SentUplink> uplinks) =>
        Faults.AddRange(
            uplinks.Select(uplink =>
                $"{what}: {uplink.Sensor.DeviceId} {uplink.FrameCounter} of {uplink.ReceivedAt}, taken by "
                + $"{uplink.TakenBy ?? "nobody"}"
            )
        );
}
