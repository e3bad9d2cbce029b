using System.Threading.Channels;

namespace FreshTrack.Api.Alerts;

/// <summary>Units that have something new to judge. Adding costs next to nothing: ingestion does it after its commit
/// and waits for nobody.</summary>
internal sealed class UnitSignals
{
    private readonly Lock gate = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private Dictionary<Guid, DateTime> units = [];

    /// <param name="readings">Units, each with the time of a reading that was committed, or
    /// <see cref="DateTime.MaxValue"/> for «go on where you stopped».</param>
    public void Add(IEnumerable<KeyValuePair<Guid, DateTime>> readings)
    {
        lock (gate)
        {
            foreach (var (unit, at) in readings)
            {
                units[unit] = units.TryGetValue(unit, out var earliest) && earliest < at ? earliest : at;
            }

            if (units.Count == 0)
            {
                return;
            }
        }

        wake.Writer.TryWrite(true);
    }

    /// <summary>Waits for units and takes them all, each with the earliest time that it was added with.</summary>
    public async Task<IReadOnlyDictionary<Guid, DateTime>> TakeAsync(CancellationToken cancellationToken)
    {
        await wake.Reader.ReadAsync(cancellationToken);
        lock (gate)
        {
            var taken = units;
            units = [];
            return taken;
        }
    }
}
