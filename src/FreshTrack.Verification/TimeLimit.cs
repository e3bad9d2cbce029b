namespace FreshTrack.Verification;

/// <summary>Ends work that takes too long, and says of any work why it did not finish.</summary>
internal sealed class TimeLimit(TimeProvider clock, TimeSpan limit)
{
    /// <exception cref="UnfinishedException">The work threw, was cancelled by itself or took too long.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await work(either.Token);
        }
        // Whatever was thrown, the work did not finish, and that is all that its caller needs to know.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new UnfinishedException(
                timer.IsCancellationRequested
                    ? $"It took longer than {limit}. Raise the limit, or see what the databases wait for."
                    : exception.Message,
                exception
            );
        }
    }
}

/// <summary>Work did not come to its end; the message says why. A verification turns it into Inconclusive.</summary>
public sealed class UnfinishedException(string message, Exception inner) : Exception(message, inner);
