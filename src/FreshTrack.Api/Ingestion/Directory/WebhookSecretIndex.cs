using System.Security.Cryptography;
using Npgsql;

namespace FreshTrack.Api.Ingestion;

/// <summary>How many webhook secrets could be indexed, and whose could not be decrypted.</summary>
/// <param name="IsRolledBack">Nothing was changed: the key opens no secret, or not one that had a look-up.</param>
public sealed record WebhookSecretCounts(
    int Indexed,
    int WithoutSecret,
    IReadOnlyList<Guid> Undecryptable,
    bool IsRolledBack
);

/// <summary>The command <c>index-webhook-secrets</c>: gives every encrypted webhook secret the HMAC by which the API
/// finds its organization.</summary>
public static class WebhookSecretIndex
{
    private const string SelectSql = """
        select organization_id, ttn_webhook_secret_encrypted, webhook_secret_lookup is not null
        from ttn_connections order by organization_id
        """;

    private const string UpdateSql = """
        update ttn_connections c set webhook_secret_lookup = n.lookup
        from unnest($1, $2) as n (organization_id, lookup) where c.organization_id = n.organization_id
        """;

    /// <summary>Repeatable; secrets are neither printed nor logged. With a wrong key nothing is changed: webhooks that
    /// are let in today are let in tomorrow.</summary>
    /// <exception cref="InvalidOperationException">Two organizations
    /// share one secret, so that it names neither.</exception>
    public static async Task<WebhookSecretCounts> BuildAsync(
        NpgsqlDataSource database,
        WebhookKey key,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var lookups = new List<(Guid Organization, byte[]? Lookup)>();
        var undecryptable = new List<Guid>();
        var isLookupLost = false;
        await using (var select = new NpgsqlCommand(SelectSql, connection, transaction))
        await using (var reader = await select.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var (organization, encrypted) = Connection(reader);
                var lookup = TryLookup(key, encrypted);
                lookups.Add((organization, lookup));
                if (encrypted.Length > 0 && lookup is null)
                {
                    undecryptable.Add(organization);
                    isLookupLost |= reader.GetBoolean(2);
                }
            }
        }

        RefuseSharedSecrets(lookups);
        var indexed = lookups.Count(l => l.Lookup is not null);
        var counts = new WebhookSecretCounts(
            indexed,
            lookups.Count - indexed - undecryptable.Count,
            undecryptable,
            IsRolledBack: isLookupLost || (indexed == 0 && undecryptable.Count > 0)
        );
        if (counts.IsRolledBack)
        {
            await transaction.RollbackAsync(cancellationToken);
            return counts;
        }

        await using var update = new NpgsqlCommand(UpdateSql, connection, transaction);
        update.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. lookups.Select(l => l.Organization)] });
        update.Parameters.Add(new NpgsqlParameter<byte[]?[]> { TypedValue = [.. lookups.Select(l => l.Lookup)] });
        await update.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return counts;
    }

    private static (Guid Organization, string Encrypted) Connection(NpgsqlDataReader row) =>
        (row.GetGuid(0), row.IsDBNull(1) ? "" : row.GetString(1));

    private static byte[]? TryLookup(WebhookKey key, string encrypted)
    {
        try
        {
            return encrypted.Length == 0 ? null : key.Lookup(key.Decrypt(encrypted));
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static void RefuseSharedSecrets(IEnumerable<(Guid Organization, byte[]? Lookup)> lookups)
    {
        var shared = lookups
            .Where(l => l.Lookup is not null)
            .GroupBy(l => Convert.ToHexString(l.Lookup!))
            .FirstOrDefault(g => g.Skip(1).Any());
        if (shared is not null)
        {
            var organizations = string.Join(" and ", shared.Select(l => l.Organization));
            throw new InvalidOperationException(
                $"Organizations {organizations} have the same webhook secret. Rotate one of them, then run this again."
            );
        }
    }
}
