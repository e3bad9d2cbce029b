namespace FreshTrack.Verification.Databases;

/// <summary>Source and target, each at its snapshot.</summary>
internal sealed class BothSides(Side source, Side target) : IAsyncDisposable
{
    public Side Source => source;

    public Side Target => target;

    public static async Task<BothSides> OpenAsync(VerificationRequest request, CancellationToken cancellationToken)
    {
        var source = await Side.OpenAsync("source", request.Source, cancellationToken);
        Side? target = null;
        try
        {
            target = await Side.OpenAsync("target", request.Target, cancellationToken);
            Demand(source, target, request.Plan);
            return new BothSides(source, target);
        }
        catch
        {
            await source.DisposeAsync();
            await (target?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    /// <summary>Asks both databases at once; the first failure ends the other's work.</summary>
    public static async Task<(TSource Source, TTarget Target)> AskAsync<TSource, TTarget>(
        Func<CancellationToken, Task<TSource>> source,
        Func<CancellationToken, Task<TTarget>> target,
        CancellationToken cancellationToken
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fromSource = source(either.Token);
        var fromTarget = target(either.Token);
        var first = await Task.WhenAny(fromSource, fromTarget);
        if (!first.IsCompletedSuccessfully)
        {
            await either.CancelAsync();
            await Task.WhenAny(Task.WhenAll(fromSource, fromTarget));
            await first;
        }

        return (await fromSource, await fromTarget);
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await target.DisposeAsync();
    }

    private static void Demand(Side source, Side target, MigrationPlan plan)
    {
        if (source.Facts.Probe != target.Facts.Probe)
        {
            throw new QueryFailedException(
                "Source and target hash the same row differently: "
                    + "their versions or machines are too far apart to compare contents."
            );
        }

        if (
            source.Facts.Server == target.Facts.Server
            && plan.Tables.FirstOrDefault(table => table.Source == table.Target) is { } same
        )
        {
            throw new QueryFailedException(
                "Source and target are the same database, "
                    + $"so {same.Target} would be compared with itself. Give two databases."
            );
        }
    }
}
