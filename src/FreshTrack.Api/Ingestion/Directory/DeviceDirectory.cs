using System.Diagnostics;
using Npgsql;

namespace FreshTrack.Api.Ingestion;

/// <summary>Organizations by webhook secret, devices and units, in memory: a steady webhook costs no look-up.</summary>
/// <remarks>Read again when told that something changed, after 30 s, and on a miss after
/// <see cref="ApiOptions.LookAgainAfter"/>: wrong secrets cost no statement each.</remarks>
internal sealed class DeviceDirectory(NpgsqlDataSource database, StoredUnit storedUnit, ApiOptions options)
    : IDisposable
{
    private static readonly TimeSpan MaximumAge = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim refreshing = new(1);
    private volatile Known? latest;
    private long changedAt = long.MinValue;

    public async ValueTask<Guid?> FindOrganizationAsync(string secret, CancellationToken cancellationToken)
    {
        var lookup = options.WebhookKey.Lookup(secret);
        return (await FreshAsync(MaximumAge, cancellationToken)).Organization(lookup)
            ?? (await FreshAsync(options.LookAgainAfter, cancellationToken)).Organization(lookup);
    }

    /// <summary>A device of this organization; another organization's
    /// is as unknown as one that does not exist.</summary>
    public async ValueTask<Device?> FindDeviceAsync(
        Guid organization,
        Uplink uplink,
        CancellationToken cancellationToken
    ) =>
        (await FreshAsync(MaximumAge, cancellationToken)).Device(organization, uplink)
        ?? (await FreshAsync(options.LookAgainAfter, cancellationToken)).Device(organization, uplink);

    /// <summary>Whether all of these units and reporters are the organization's own, open and active.</summary>
    /// <returns>What they were checked against, and the first that is not; -1 when all are.</returns>
    public async ValueTask<(DirectorySnapshot Snapshot, int Foreign)> CheckAsync(
        Guid organization,
        IReadOnlyList<ReportedReading> readings,
        CancellationToken cancellationToken
    )
    {
        var snapshot = await FreshAsync(MaximumAge, cancellationToken);
        var foreign = FirstForeign(snapshot);
        if (foreign >= 0)
        {
            snapshot = await FreshAsync(options.LookAgainAfter, cancellationToken);
            foreign = FirstForeign(snapshot);
        }

        return (snapshot, foreign);

        int FirstForeign(DirectorySnapshot known)
        {
            for (var i = 0; i < readings.Count; i++)
            {
                if (
                    !known.HasUnit(organization, readings[i].Unit)
                    || (readings[i].Reporter is { } id && known.Reporter(organization, id) is null)
                )
                {
                    return i;
                }
            }

            return -1;
        }
    }

    /// <summary>What was read before this moment is not used any more.</summary>
    public void Forget() => Volatile.Write(ref changedAt, Stopwatch.GetTimestamp());

    public void Dispose() => refreshing.Dispose();

    private async ValueTask<DirectorySnapshot> FreshAsync(TimeSpan maximumAge, CancellationToken cancellationToken)
    {
        if (latest is { } known && IsFresh(known, maximumAge))
        {
            return known.Snapshot;
        }

        await refreshing.WaitAsync(cancellationToken);
        try
        {
            if (latest is not { } current || !IsFresh(current, maximumAge))
            {
                var begun = Stopwatch.GetTimestamp();
                var unit = await storedUnit.ReadAsync(cancellationToken);
                latest = current = new Known(begun, await DirectoryReader.ReadAsync(database, unit, cancellationToken));
            }

            return current.Snapshot;
        }
        finally
        {
            refreshing.Release();
        }
    }

    private bool IsFresh(Known known, TimeSpan maximumAge) =>
        known.Begun > Volatile.Read(ref changedAt) && Stopwatch.GetElapsedTime(known.Begun) < maximumAge;

    /// <param name="Begun">Timestamp: a change after it may not be in the snapshot.</param>
    private sealed record Known(long Begun, DirectorySnapshot Snapshot);
}
