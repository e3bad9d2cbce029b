using System.Threading.Channels;

namespace FreshTrack.Api.Alerts;

/// <summary>Units that have something new to judge. Adding costs next to nothing: ingestion does it after its commit
/// and waits for nobody. What is lost here is found in the database.</summary>
internal sealed class UnitSignals
{
    private readonly Lock gate = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private HashSet<Guid> units = [];

    public void Add(IEnumerable<Guid> changed)
    {
        lock (gate)
        {
            units.UnionWith(changed);
            if (units.Count == 0)
            {
                return;
            }
        }

        wake.Writer.TryWrite(true);
    }

    /// <summary>Waits for units and takes them all.</summary>
    public async Task<IReadOnlyCollection<Guid>> TakeAsync(CancellationToken cancellationToken)
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
