using System.Data.Common;

namespace FreshTrack.Plan;

/// <summary>A transaction that a catalog is read in: the mover reads it plainly, the verifier counts the rows of every
/// answer.</summary>
public interface ISqlSession
{
    /// <returns>All rows of the answer.</returns>
    Task<IReadOnlyList<T>> ListAsync<T>(
        Sql sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params object[] values
    );
}
