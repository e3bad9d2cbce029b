using System.Globalization;
using System.Net;
using CsCheck;

namespace FreshTrack.IntegrationTests.Api.Once;

/// <summary>Whatever the order of arrival and however often a reading comes, the table holds the same.</summary>
public sealed class ArrivalOrderTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const int Cases = 40;

    private static readonly Gen<Delivery> Deliveries = Gen.Select(
        Gen.Int[1, 3],
        Gen.Int[3, 5],
        Gen.Bool,
        (minute, temperature, isBackfill) => new Delivery(minute, temperature, isBackfill)
    );

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public Task Uplinks_in_any_order_and_number_are_stored_once_each_and_the_newest_is_the_unit_s() =>
        Deliveries
            .Array[1, 12]
            .SampleAsync(
                async deliveries =>
                {
                    var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

                    await Task.WhenAll(deliveries.Chunk(4).Select(chunk => UplinksAsync(place, chunk)));

                    Assert.Equal(
                        string.Join(
                            ", ",
                            deliveries
                                .Select(delivery => (delivery.Minute, delivery.Temperature))
                                .Distinct()
                                .OrderBy(reading => reading)
                                .Select(reading => $"{reading.Minute} {reading.Temperature}.00")
                        ),
                        await StoredAsync(place)
                    );
                    await AssertNewestAsync(place);
                },
                iter: Cases,
                threads: 1
            );

    [Fact]
    public Task Live_readings_and_their_backfill_in_any_order_are_one_reading_each() =>
        Deliveries
            .Array[1, 12]
            .SampleAsync(
                async deliveries =>
                {
                    var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
                    var ids = new List<(int Minute, string Id)>();

                    foreach (var delivery in deliveries)
                    {
                        var measured = delivery with { Temperature = delivery.Minute };
                        ids.Add((delivery.Minute, await SendAsync(place, measured)));
                    }

                    var minutes = deliveries.Select(delivery => delivery.Minute).Distinct().Order().ToArray();
                    Assert.Equal(
                        string.Join(", ", minutes.Select(minute => $"{minute} {minute}.00")),
                        await StoredAsync(place)
                    );
                    Assert.Equal(minutes.Length, ids.Distinct().Count());
                    await AssertNewestAsync(place);
                },
                iter: Cases,
                threads: 1
            );

    private async Task UplinksAsync(Place place, IEnumerable<Delivery> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            await SendAsync(place, delivery with { IsBackfill = false });
        }
    }

    private async Task<string> SendAsync(Place place, Delivery delivery)
    {
        var (status, body) = delivery.IsBackfill
            ? await stage.Client.BulkAsync(place, Cancel, Backfill(place, delivery))
            : await stage.Client.SendAsync(
                place.Secret,
                Given.AnUplink(place, delivery.Minute, delivery.Temperature),
                Cancel
            );
        Assert.Equal(HttpStatusCode.OK, status);
        return (delivery.IsBackfill ? body["reading_ids"]![0] : body["reading_id"])!.GetValue<string>();
    }

    private static System.Text.Json.Nodes.JsonObject Backfill(Place place, Delivery delivery)
    {
        var entry = Entries.Entry(place, delivery.Minute, delivery.Temperature, 60.5m, place.Sensor);
        entry["battery"] = 92;
        entry["recorded_at"] = ApiStage
            .Start.AddMinutes(-delivery.Minute)
            .ToString("yyyy-MM-ddTHH:mm:ss.123456789Z", CultureInfo.CurrentCulture);
        return entry;
    }

    private Task<string> StoredAsync(Place place) =>
        stage.Data.ValueAsync<string>(
            $"""
            select string_agg(minute || ' ' || temperature, ', ' order by minute, temperature) from (
              select temperature, extract(
                epoch from '{ApiStage.Start:O}'::timestamptz - date_trunc('minute', recorded_at))::integer / 60
                as minute
              from sensor_readings where unit_id = '{place.Unit}') rows
            """,
            Cancel
        );

    private async Task AssertNewestAsync(Place place) =>
        Assert.True(
            await stage.Data.ValueAsync<bool>(
                $"""
                select (last_temp_reading, last_reading_at) = (
                  select temperature, recorded_at from sensor_readings r
                  where r.unit_id = u.id order by recorded_at desc, id desc limit 1)
                from units u where id = '{place.Unit}'
                """,
                Cancel
            )
        );

    /// <summary>A reading of so many minutes before the clock's start, whose frame counter is that minute.</summary>
    private sealed record Delivery(int Minute, int Temperature, bool IsBackfill);
}
