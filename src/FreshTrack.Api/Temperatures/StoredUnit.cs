using Npgsql;

namespace FreshTrack.Api;

/// <summary>The unit in which the database holds temperatures.</summary>
/// <remarks>It cannot change while there are units of refrigeration: from then on it is asked for once.</remarks>
internal sealed class StoredUnit(NpgsqlDataSource database)
{
    private const string UnitSql = "select unit, exists (select from units) from api.stored_temperature";

    private volatile string? settled;

    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async ValueTask<TemperatureUnit> ReadAsync(CancellationToken cancellationToken)
    {
        if (settled is { } known)
        {
            return Parse(known);
        }

        await using var command = database.CreateCommand(UnitSql);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var label = row.GetString(0);
        settled = row.GetBoolean(1) ? label : null;
        return Parse(label);
    }

    private static TemperatureUnit Parse(string label) =>
        Degrees.ParseUnit(label)
        ?? throw new InvalidOperationException($"api.stored_temperature says '{label}'; expected C or F.");
}
