using System.Reflection;
using FreshTrack.Api;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Alerts;

/// <summary>What an API that ran before knew of its units is known of their reporters afterwards.</summary>
public sealed class WatchMigrationTests(Servers servers)
{
    private static readonly Assembly Api = typeof(FreshTrackApi).Assembly;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task State_of_a_unit_is_carried_over_to_its_reporters()
    {
        await using var data = NpgsqlDataSource.Create(await servers.CreateDatabaseAsync(Cancel));
        await ApplyAsync(data, script => string.CompareOrdinal(script, "0011") < 0);
        var place = await Given.AnOrganizationWithAUnit(data, Cancel);
        await data.RunAsync(
            $"""
            insert into sensor_readings (unit_id, lora_sensor_id, door_open, recorded_at)
            values ('{place.Unit}', '{place.Sensor}', true, '2026-01-15 00:20Z');
            insert into api.unit_watch (
              unit_id, seen_through, temperature_at, outside_since, door_at, door_open_since, battery_at)
            values (
              '{place.Unit}', '2026-01-15 00:30Z', '2026-01-15 00:30Z', '2026-01-15 00:05Z',
              '2026-01-15 00:20Z', '2026-01-15 00:20Z', '2026-01-15 00:10Z')
            """,
            Cancel
        );

        await ApplyAsync(data, script => script.StartsWith("0011", StringComparison.Ordinal));

        Assert.Equal(
            $"{place.Sensor} 00:20 00:20 00:10 | 00:05 00:05",
            await data.TextAsync(
                "select concat_ws(' ', r.reporter_id, to_char(door_at at time zone 'UTC', 'HH24:MI'), "
                    + "to_char(door_open_since at time zone 'UTC', 'HH24:MI'), "
                    + "to_char(battery_at at time zone 'UTC', 'HH24:MI'), '|', "
                    + "to_char(l.at at time zone 'UTC', 'HH24:MI'), "
                    + "to_char(w.watched_since at time zone 'UTC', 'HH24:MI')) "
                    + "from api.reporter_watch r join api.late_readings l using (unit_id) "
                    + "join api.unit_watch w using (unit_id)",
                Cancel
            )
        );
    }

    private static async Task ApplyAsync(NpgsqlDataSource data, Func<string, bool> which)
    {
        const string folder = "Schema.";
        foreach (
            var name in Api.GetManifestResourceNames()
                .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
                .Order()
        )
        {
            if (!which(name[(name.IndexOf(folder, StringComparison.Ordinal) + folder.Length)..]))
            {
                continue;
            }

            using var reader = new StreamReader(Api.GetManifestResourceStream(name)!);
            await data.RunAsync(await reader.ReadToEndAsync(Cancel), Cancel);
        }
    }
}
