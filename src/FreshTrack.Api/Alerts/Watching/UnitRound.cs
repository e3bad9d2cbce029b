using Npgsql;

namespace FreshTrack.Api.Alerts;

/// <summary>Judges many units, together as long as nothing fails; otherwise each organization on its own, and of those
/// that fail the units by halves: one locked row holds up nobody else's alerts.</summary>
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
        if (await TryAsync(units, listeningSince, cancellationToken) is null)
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
        var judged = looks.Select(look => (look, look.Judge(listeningSince, now))).ToArray();
        var untold = await WatchWriter.WriteAsync(transaction, judged, options.Channels, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        AlertMetrics.ReachedNobody.Inc(untold);
        signals.Add(looks.Where(look => look.IsPartial).Select(look => look.Unit.Id));
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
