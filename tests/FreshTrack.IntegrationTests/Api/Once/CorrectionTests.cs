using System.Net;
using System.Text.Json.Nodes;
using FreshTrack.Api.Ingestion;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Once;

/// <summary>A bulk entry that names the reading it corrects.</summary>
public sealed class CorrectionTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Both_readings_stay_and_the_corrected_one_counts_no_more()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var token = await stage.SignInAsync(place.Organization, Cancel);
        var wrong = (await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, 44))).Body.Id();

        var (status, body) = await stage.Client.BulkAsync(
            place,
            Cancel,
            Entries.Entry(place, 1, 4.4m, supersedes: wrong)
        );

        Assert.Equal(HttpStatusCode.OK, status);
        var right = body.Id();
        Assert.Equal(
            $"{right}  {wrong} 4.40, {wrong} {right}  44.00",
            await stage.Data.ValueAsync<string>(
                "select string_agg(concat(id, ' ', superseded_by, ' ', supersedes, ' ', temperature), ', ' "
                    + "order by temperature) from sensor_readings",
                Cancel
            )
        );
        Assert.Equal("4.40", await stage.Data.ValueAsync<string>("select last_temp_reading::text from units", Cancel));
        Assert.Equal([right], await IdsAsync(place.ReadingsPath, token));
        Assert.Equal([right], await IdsAsync($"/api/orgs/{place.Organization}/readings/latest", token));
        var buckets = await stage.Client.ReadAsync(
            $"{place.ReadingsPath}?bucket=1h&start=2026-01-14T00:00:00Z",
            token,
            Cancel
        );
        Assert.Equal(4.40m, buckets.Body["data"]![0]!["temperature_max"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task Correction_is_an_event_of_the_organization_s_chain()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var wrong = (await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, 44))).Body.Id();

        var right = (
            await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, 4.4m, supersedes: wrong))
        ).Body.Id();

        Assert.Equal(
            $"reading.corrected {wrong} 44.00 {right} 4.40 64",
            await stage.Data.ValueAsync<string>(
                "select concat_ws(' ', event_type, payload->'corrected'->>'reading_id', "
                    + "payload->'corrected'->>'temperature', "
                    + "payload->'correction'->>'reading_id', payload->'correction'->>'temperature', "
                    + "length(event_hash)) "
                    + $"from event_logs where organization_id = '{place.Organization}' and unit_id = '{place.Unit}' "
                    + "and event_type = 'reading.corrected'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Correction_reads_no_month_from_end_to_end()
    {
        using var database = new WriterDatabase(stage.Database);
        await using var connection = await database.OpenAsync(Cancel);
        await using var explain = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(
                    "prepare correction (uuid[], timestamptz[], uuid[], timestamptz, timestamptz[]) as "
                        + CorrectionSql.Log
                ),
                new NpgsqlBatchCommand("explain execute correction ('{}', '{}', '{}', now(), '{}')"),
            },
        };
        await using var reader = await explain.ExecuteReaderAsync(Cancel);
        var plan = new List<string>();
        do
        {
            while (await reader.ReadAsync(Cancel))
            {
                plan.Add(reader.GetString(0));
            }
        } while (await reader.NextResultAsync(Cancel));

        Assert.Contains(plan, line => line.Contains("Index Scan using sensor_readings_"));
        Assert.DoesNotContain(plan, line => line.Contains("Seq Scan on sensor_readings"));
    }

    [Fact]
    public async Task Repeated_correction_and_repeated_original_are_answered_alike_and_stored_once()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var original = Entries.Entry(place, 1, 44);
        var wrong = (await stage.Client.BulkAsync(place, Cancel, original)).Body.Id();
        JsonObject Correction() => Entries.Entry(place, 1, 4.4m, supersedes: wrong);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => stage.Client.BulkAsync(place, Cancel, Correction()))
        );

        Assert.Single(answers.Select(answer => (answer.Status, answer.Body.ToJsonString())).Distinct());
        Assert.Equal(wrong, (await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, 44))).Body.Id());
        Assert.Equal(2, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel));
        Assert.Equal(
            1,
            await stage.Data.ValueAsync<long>(
                "select count(*) from event_logs where event_type = 'reading.corrected'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Correction_can_be_corrected_back_to_the_first_value()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var first = (await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, 44))).Body.Id();
        var second = (
            await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, 4.4m, supersedes: first))
        ).Body.Id();

        var third = (
            await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, 44, supersedes: second))
        ).Body.Id();

        Assert.NotEqual(first, third);
        Assert.Equal("44.00", await stage.Data.ValueAsync<string>("select last_temp_reading::text from units", Cancel));
    }

    [Fact]
    public async Task Corrected_time_takes_the_unit_s_newest_reading_back()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 30, 5));
        var wrong = (await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, 4))).Body.Id();

        await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 61, 4, supersedes: wrong));

        Assert.Equal(
            "5.00 2026-01-14 23:30:00",
            await stage.Data.ValueAsync<string>(
                "select concat_ws(' ', last_temp_reading, last_reading_at at time zone 'UTC') from units",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Unknown_foreign_and_corrected_readings_are_refused_by_entry_and_alike()
    {
        var (place, other) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );
        var foreign = (await stage.Client.BulkAsync(other, Cancel, Entries.Entry(other, 1, 4))).Body.Id();
        var corrected = (await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, 44))).Body.Id();
        await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, 4.4m, supersedes: corrected));

        var (status, body) = await stage.Client.BulkAsync(
            place,
            Cancel,
            Entries.Entry(place, 2, 4),
            Entries.Entry(place, 3, 4, supersedes: Guid.CreateVersion7()),
            Entries.Entry(place, 4, 4, supersedes: foreign),
            Entries.Entry(place, 5, 4, supersedes: corrected)
        );

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "UNPROCESSABLE"), (status, body.Code()));
        Assert.Equal(
            ["1 NOT_FOUND ", "2 NOT_FOUND ", "3 ALREADY_SUPERSEDED "],
            body["entries"]!.AsArray().Select(entry => $"{entry!["index"]} {entry["reason"]} {entry["stored"]}")
        );
        Assert.Equal(3, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel));
    }

    [Fact]
    public async Task Two_corrections_of_one_reading_at_once_leave_one()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var wrong = (await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, 44))).Body.Id();

        var answers = await Task.WhenAll(
            stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 2, 4, supersedes: wrong)),
            stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 3, 5, supersedes: wrong))
        );

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity],
            answers.Select(answer => answer.Status).Order()
        );
    }

    private async Task<Guid[]> IdsAsync(string path, string token)
    {
        var (_, body) = await stage.Client.ReadAsync(path, token, Cancel);
        return [.. body["data"]!.AsArray().Select(reading => Guid.Parse(reading!["id"]!.GetValue<string>()))];
    }
}
