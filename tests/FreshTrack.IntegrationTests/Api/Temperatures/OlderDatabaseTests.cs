using FreshTrack.Api;
using FreshTrack.Api.Schema;
using FreshTrack.IntegrationTests.Api.Alerts;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Temperatures;

/// <summary>A database whose rows are older than the unit of temperatures.</summary>
public sealed class OlderDatabaseTests(Servers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("C", "F")]
    [InlineData("F", "C")]
    public async Task Its_unit_is_said_once(string unit, string other)
    {
        var database = await servers.CreateDatabaseAsync(Cancel);
        await using var data = NpgsqlDataSource.Create(database);
        // As a version without a unit left it.
        await MigrateAsync(null);
        await Given.AnOrganizationWithAUnit(data, Cancel);
        await data.RunAsync(
            """
            drop table api.stored_temperature;
            drop function api.temperature_unit, api.set_temperature_unit;
            alter table lora_sensors drop column temperature_unit;
            delete from api.schema_versions where scriptname like '%.0014%'
            """,
            Cancel
        );

        Assert.StartsWith("Temperatures are in °F, which nobody said", (await MigrateAsync(null)).Temperatures);
        Assert.Equal(
            new SchemaMigrationResult([], Problem: null, $"Temperatures are in °{unit}."),
            await MigrateAsync(unit) with
            {
                Applied = [],
            }
        );

        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            data.TextAsync($"select api.set_temperature_unit('{other}')", Cancel)
        );
        Assert.Contains($"holds temperatures in °{unit}", refused.MessageText);

        Task<SchemaMigrationResult> MigrateAsync(string? said) =>
            SchemaMigration.RunAsync(
                database,
                said is null ? null : Degrees.ParseUnit(said),
                TimeProvider.System,
                Cancel
            );
    }
}
