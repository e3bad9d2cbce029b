using DbUp;
using DbUp.Engine.Output;
using Npgsql;

namespace FreshTrack.Api.Schema;

/// <summary>What the command <c>migrate</c> did.</summary>
/// <param name="Applied">Scripts that were new to this database, in order.</param>
/// <param name="Problem">One line when a script failed; null when the schema is up to date.</param>
/// <param name="Temperatures">What is known of the unit of the temperatures in the database, a sentence.</param>
public sealed record SchemaMigrationResult(IReadOnlyList<string> Applied, string? Problem, string Temperatures = "");

/// <summary>Brings a database to the schema of this program: the numbered scripts beside this file, each in a
/// transaction, each once.</summary>
public static class SchemaMigration
{
    // The journal has a schema of its own: what is in public is what the plan moves.
    private const string JournalSchema = "api";

    // Held while scripts run, so that two containers that start together do not run them twice.
    private const string LockSql =
        "select pg_advisory_lock(hashtext('freshtrack-api migrate')); create schema if not exists api";

    private const string NewestSql = "select exists (select from api.schema_versions where scriptname = $1)";

    private const string UnitSql = "select api.set_temperature_unit($1)";

    private const string KnownUnitSql = """
        select 'Temperatures are in °' || unit || case when is_settled then '.' else
          ', which nobody said of the rows that were here before: say it by ''migrate C'' or ''migrate F'', and start '
          'the API again.' end
        from api.stored_temperature
        """;

    /// <summary>The newest script of this program.</summary>
    public static string Newest { get; } =
        typeof(SchemaMigration).Assembly.GetManifestResourceNames().Where(IsScript).Max(StringComparer.Ordinal)!;

    /// <summary>Whether a database has the schema of this program, or a newer one.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached, or was never migrated.</exception>
    public static async Task<bool> IsCurrentAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(NewestSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Newest });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <param name="temperatures">The unit of the temperatures that the database holds or will hold; null keeps the one
    /// that it has. An empty database takes another one.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<SchemaMigrationResult> RunAsync(
        string database,
        TemperatureUnit? temperatures,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        // Not of the pool: it would keep the lock until somebody uses it again.
        var settings = new NpgsqlConnectionStringBuilder(database) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using (var command = new NpgsqlCommand(LockSql, connection))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        var upgrade = DeployChanges
            .To.PostgresqlDatabase(database)
            .WithScriptsEmbeddedInAssembly(typeof(SchemaMigration).Assembly, IsScript)
            .JournalToPostgresqlTable(JournalSchema, "schema_versions")
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        var applied = upgrade.Scripts.Select(script => script.Name).ToArray();
        if (!upgrade.Successful)
        {
            return new SchemaMigrationResult(
                applied,
                $"script {upgrade.ErrorScript?.Name} failed: {OneLine(upgrade.Error)}"
            );
        }

        await ReadingPartitions.EnsureAsync(connection, clock.GetUtcNow(), cancellationToken);
        var problem = temperatures is { } unit ? await SetUnitAsync(connection, unit, cancellationToken) : null;
        await using var known = new NpgsqlCommand(KnownUnitSql, connection);
        var sentence = (string)(await known.ExecuteScalarAsync(cancellationToken))!;
        return new SchemaMigrationResult(applied, problem, sentence);
    }

    /// <returns>Why the database does not take the unit; null when it holds temperatures in it.</returns>
    private static async Task<string?> SetUnitAsync(
        NpgsqlConnection connection,
        TemperatureUnit unit,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(UnitSql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = unit.Label() });
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
            return null;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.RaiseException)
        {
            return $"{error.MessageText}. {error.Hint}";
        }
    }

    private static bool IsScript(string resource) => resource.EndsWith(".sql");

    private static string OneLine(Exception exception) =>
        exception is PostgresException postgres
            ? $"{postgres.MessageText} (SQLSTATE {postgres.SqlState}, position {postgres.Position})"
            : exception.Message.ReplaceLineEndings(" ");
}
