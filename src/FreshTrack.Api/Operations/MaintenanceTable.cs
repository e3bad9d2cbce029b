using Npgsql;

namespace FreshTrack.Api.Operations;

/// <summary>The one row that switches maintenance for every instance of the API.</summary>
internal static class MaintenanceTable
{
    private const string ReadSql = "select is_on from api.maintenance";

    private const string SetSql = "update api.maintenance set is_on = $1, changed_at = now() where is_on <> $1";

    /// <exception cref="NpgsqlException">The database cannot be reached, or has an older schema.</exception>
    public static async Task<bool> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadSql);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <returns>False when it was so already.</returns>
    /// <exception cref="NpgsqlException">The database cannot be reached, or has an older schema.</exception>
    public static async Task<bool> SetAsync(NpgsqlDataSource database, bool isOn, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(SetSql).Add(isOn);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
