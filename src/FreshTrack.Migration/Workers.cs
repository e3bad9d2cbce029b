namespace FreshTrack.Migration;

internal static class Workers
{
    /// <summary>Runs several pieces of work at once;
    /// the first failure stops the others and is the one that is thrown.</summary>
    public static async Task RunAsync(
        IEnumerable<Func<CancellationToken, Task>> work,
        CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? first = null;
        await Task.WhenAll(
            work.Select(async piece =>
            {
                try
                {
                    await piece(stop.Token);
                }
#pragma warning disable CA1031 // It is thrown below, when the others have stopped using what they share.
                catch (Exception error)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref first, error, null);
                    await stop.CancelAsync();
                }
            })
        );
        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }
}
