using System.Security.Cryptography;

namespace FreshTrack.Migration.Parts;

/// <summary>What the object store holds of the parts that a manifest names.</summary>
public static class StoredParts
{
    private const int Concurrency = 4;

    /// <summary>Reads every part, and deletes those whose bytes are not what was exported: the next export of the run
    /// puts back what is missing, and only that.</summary>
    /// <returns>How many parts are missing now.</returns>
    /// <exception cref="MigrationException">The store does not answer.</exception>
    public static async Task<int> RemoveDamagedAsync(
        ObjectStore store,
        Manifest manifest,
        CancellationToken cancellationToken
    )
    {
        var missing = 0;
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = Concurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            manifest.Parts,
            parallel,
            async (part, stop) =>
            {
                await using var content = await store.GetAsync(part.Key, stop);
                if (
                    content is not null
                    && Convert.ToHexStringLower(await SHA256.HashDataAsync(content, stop)) == part.Sha256
                )
                {
                    return;
                }

                Interlocked.Increment(ref missing);
                if (content is not null)
                {
                    await store.DeleteAsync(part.Key, stop);
                }
            }
        );
        return missing;
    }
}
