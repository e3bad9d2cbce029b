using FreshTrack.Api.Ingestion;
using FreshTrack.IntegrationTests.Api.Alerts;
using FreshTrack.IntegrationTests.Fixtures;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Once;

/// <summary>Uplinks that are written by one statement with readings of a bulk request.</summary>
public sealed class MixedBatchTests(Servers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Rows that were moved have ids of their own.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Uplink_that_the_former_webhook_stored_is_known_beside_a_bulk_reading(bool hasMoved)
    {
        var address = await servers.CreateDatabaseAsync(Cancel);
        await using var data = NpgsqlDataSource.Create(address);
        using var writers = new WriterDatabase(address);
        await data.CreateTargetAsync(Cancel);
        var place = await Given.AnOrganizationWithAUnit(data, Cancel);
        var other = Guid.CreateVersion7();
        await data.RunAsync(
            $"""
            insert into units (id, area_id, name) values ('{other}', '{place.Area}', 'where it was before');
            insert into sensor_readings (unit_id, lora_sensor_id, temperature, recorded_at, received_at, source)
            values ('{(hasMoved ? other : place.Unit)}', '{place.Sensor}', 5, '{At(1):O}', '{At(1):O}', 'ttn')
            """,
            Cancel
        );

        await using var connection = await writers.OpenAsync(Cancel);
        await using var batch = connection.CreateBatch();
        await ReadingBatch.StoreAsync(
            batch,
            [(Reading(place, 1, isUplink: true), 0), (Reading(place, 2, isUplink: false), 1)],
            Cancel
        );

        Assert.Equal(
            "1 2",
            await data.TextAsync(
                "select string_agg(extract(minute from recorded_at)::text, ' ' order by recorded_at) from "
                    + "sensor_readings",
                Cancel
            )
        );
    }

    private static NewReading Reading(Place place, int minute, bool isUplink) =>
        new()
        {
            IsUplink = isUplink,
            Unit = place.Unit,
            Sensor = place.Sensor,
            Source = isUplink ? "ttn" : "api",
            SaidAt = At(minute),
            ReceivedAt = At(30),
            Measured = new Measurements(5, null, null, null, null),
        };

    private static DateTime At(int minute) => ApiStage.Start.UtcDateTime.AddMinutes(minute);
}
