using System.Diagnostics;
using FreshTrack.Api.Monitoring;
using Npgsql;

namespace FreshTrack.Api.Alerts;

/// <summary>Judges many units: those of the present first, then some of those whose past has to be judged again.
/// Together as long as nothing fails; otherwise each organization on its own, and of those that fail the units by
/// halves: one locked row holds up nobody else's alerts.</summary>
internal sealed class UnitRound(
    NpgsqlDataSource database,
    StoredUnit storedUnit,
    UnitSignals signals,
    ApiOptions options,
    ILogger logger
)
{
    // Of one organization in one round: finds one unit among thousands, and ends soon where all of them fail.
    private const int MaximumFailures = 16;

    // Of one transaction: how much it reads, and how long it holds the organizations' chains, is limited.
    private const int MaximumUnits = 100;

    // Of one round: a unit's past may be thousands of readings, and meanwhile the present of others waits.
    private const int MaximumBehind = 250;

    // Late readings often come many at once: what was before them is read again once for all that came meanwhile.
    private long pastJudged;

    private const string StartSql = """
        insert into api.unit_watch (unit_id)
        select u.id from api.watched_units u
        where u.id = any($1) and not exists (select from api.unit_watch w where w.unit_id = u.id) order by u.id
        on conflict do nothing
        """;

    private const string WatchedSql = """
        select w.unit_id, w.rewound_from is not null
          or exists (select from api.late_readings l where l.unit_id = w.unit_id and l.at <= w.seen_through)
        from api.unit_watch w join api.watched_units u on u.id = w.unit_id
        where w.unit_id = any($1)
        """;

    private const string OrganizationsSql = """
        select s.organization_id, u.id from units u join areas a on a.id = u.area_id join sites s on s.id = a.site_id
        where u.id = any($1) order by 1, 2
        """;

    public async Task JudgeAsync(
        IReadOnlyCollection<Guid> units,
        DateTime listeningSince,
        CancellationToken cancellationToken
    )
    {
        var (present, behind) = await WatchedAsync(units, cancellationToken);
        foreach (var some in present.Chunk(MaximumUnits))
        {
            await JudgeSomeAsync(some, listeningSince, cancellationToken);
        }

        if (Stopwatch.GetElapsedTime(pastJudged) < options.LookOverEvery / 2)
        {
            // The next look over all units finds them.
            return;
        }

        foreach (var some in behind.Take(MaximumBehind).Chunk(MaximumUnits))
        {
            await JudgeSomeAsync(some, listeningSince, cancellationToken);
            pastJudged = Stopwatch.GetTimestamp();
        }
    }

    private async Task JudgeSomeAsync(Guid[] units, DateTime listeningSince, CancellationToken cancellationToken)
    {
        if (units.Length == 0 || await TryAsync(units, listeningSince, cancellationToken) is null)
        {
            return;
        }

        var failed = new List<Guid[]>();
        foreach (var (organization, those) in await OrganizationsAsync(units, cancellationToken))
        {
            if (await TryAsync(those, listeningSince, cancellationToken) is { } reason)
            {
                NotJudged(organization, those, reason);
                failed.Add(those);
            }
        }

        foreach (var those in failed)
        {
            await JudgeByHalvesAsync(those, listeningSince, cancellationToken);
        }
    }

    private void NotJudged(Guid organization, Guid[] units, string reason)
    {
        if (units is [var unit])
        {
            NotJudged(unit, reason);
        }
        else
        {
            logger.OrganizationNotJudged(organization, units.Length, reason);
        }
    }

    private void NotJudged(Guid unit, string reason)
    {
        AlertMetrics.NotJudged.Inc();
        logger.UnitNotJudged(unit, reason);
    }

    private async Task JudgeByHalvesAsync(Guid[] units, DateTime listeningSince, CancellationToken cancellationToken)
    {
        var failures = 0;
        var parts = new Queue<Guid[]>(Halves(units));
        while (failures < MaximumFailures && parts.TryDequeue(out var part))
        {
            if (await TryAsync(part, listeningSince, cancellationToken) is not { } reason)
            {
                continue;
            }

            failures++;
            if (part is [var unit])
            {
                NotJudged(unit, reason);
            }

            foreach (var half in Halves(part))
            {
                parts.Enqueue(half);
            }
        }
    }

    private static IEnumerable<Guid[]> Halves(Guid[] units) =>
        units.Length < 2 ? [] : units.Chunk((units.Length + 1) / 2);

    /// <returns>Why it failed; null when all of them have been judged.</returns>
    private async Task<string?> TryAsync(
        IReadOnlyCollection<Guid> units,
        DateTime listeningSince,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await JudgeTogetherAsync(units, listeningSince, cancellationToken);
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, it must not hold up the others.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return exception.Message;
        }
    }

    private async Task JudgeTogetherAsync(
        IReadOnlyCollection<Guid> units,
        DateTime listeningSince,
        CancellationToken cancellationToken
    )
    {
        var now = options.Clock.GetUtcNow().UtcDateTime;
        var stored = await storedUnit.ReadAsync(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var looks = await WatchReader.ReadAsync(transaction, units, stored, now, cancellationToken);
        signals.Add(units.Except(looks.Select(look => look.Unit.Id)));
        var judged = looks.Select(look => (look, look.Judge(listeningSince, now))).ToArray();
        var untold = await WatchWriter.WriteAsync(transaction, judged, options.Channels, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        AlertMetrics.ReachedNobody.Inc(untold);
        signals.Add(looks.Where(look => look.IsPartial).Select(look => look.Unit.Id));
    }

    /// <returns>Those of the units that are watched: with news of the present, and with news of the past.</returns>
    private async Task<(Guid[] Present, Guid[] Behind)> WatchedAsync(
        IReadOnlyCollection<Guid> units,
        CancellationToken cancellationToken
    )
    {
        Guid[] ids = [.. units];
        await using var batch = database.CreateBatch();
        foreach (var sql in (ReadOnlySpan<string>)[StartSql, WatchedSql])
        {
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = ids } } }
            );
        }

        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        var watched = await rows.ListAsync(
            row => (Unit: row.GetGuid(0), IsBehind: row.GetBoolean(1)),
            cancellationToken
        );
        return (
            [.. watched.Where(unit => !unit.IsBehind).Select(unit => unit.Unit)],
            [.. watched.Where(unit => unit.IsBehind).Select(unit => unit.Unit)]
        );
    }

    private async Task<IReadOnlyList<(Guid Organization, Guid[] Units)>> OrganizationsAsync(
        IReadOnlyCollection<Guid> units,
        CancellationToken cancellationToken
    )
    {
        await using var command = database.CreateCommand(OrganizationsSql);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. units] });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var list = await rows.ListAsync(row => (Organization: row.GetGuid(0), Unit: row.GetGuid(1)), cancellationToken);
        return
        [
            .. list.GroupBy(row => row.Organization, row => row.Unit).Select(group => (group.Key, group.ToArray())),
        ];
    }
}
