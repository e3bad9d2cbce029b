using Npgsql;

namespace FreshTrack.Api.Operations;

/// <summary>Switches maintenance, in the one row that says it for every instance of the API.</summary>
internal static class MaintenanceTable
{
    private const string SetSql = """
        update api.maintenance set is_on = $1, canary_id = $2, refuses_sensors = $3, changed_at = now()
        where is_on <> $1 or canary_id is distinct from $2 or refuses_sensors <> $3
        """;

    /// <param name="canary">The organization that it is open for; null for none.</param>
    /// <param name="refusesSensors">Whether sensors are put off too, whatever an instance's setting says.</param>
    /// <returns>False when it was so already.</returns>
    /// <exception cref="NpgsqlException">The database cannot be reached, or has an older schema.</exception>
    public static async Task<bool> SetAsync(
        NpgsqlDataSource database,
        bool isOn,
        CancellationToken cancellationToken,
        Guid? canary = null,
        bool refusesSensors = false
    )
    {
        await using var command = database.CreateCommand(SetSql).Add(isOn).Add(canary).Add(refusesSensors);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
