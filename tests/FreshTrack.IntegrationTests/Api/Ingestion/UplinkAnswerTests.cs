using System.Net;
using System.Text.Json.Nodes;
using FreshTrack.Api.Ingestion;
using FreshTrack.Fixtures.Uplinks;
using FreshTrack.IntegrationTests.Api.Alerts;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api;

/// <summary>Whom an uplink is counted for, and what is left of one that becomes no reading.</summary>
public sealed class UplinkAnswerTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Device_whose_serial_number_is_the_EUI_reports_for_its_unit_and_becomes_active()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await ChangeAsync(
            $"""
            insert into devices (unit_id, organization_id, serial_number) values
              ('{place.Unit}', '{place.Organization}', '0a:1b:2c:3d:4e:5f:60:71') returning 1
            """
        );

        var (status, body) = await stage.Client.SendAsync(
            place.Secret,
            Given.AnUplink(place with { DeviceId = "legacy-1" }, devEui: "0A1B2C3D4E5F6071"),
            Cancel
        );

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            "t 4.25 active 92",
            await stage.Data.ValueAsync<string>(
                "select concat_ws(' ', r.lora_sensor_id is null, r.temperature, d.status, d.battery) "
                    + "from sensor_readings r join devices d on d.id = r.device_id "
                    + $"where r.id = '{body["reading_id"]}'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Device_id_is_looked_up_before_the_EUI()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var replaced = Guid.CreateVersion7();
        await ChangeAsync(
            $"""
            insert into lora_sensors (id, organization_id, unit_id, dev_eui, ttn_device_id, name)
            select '{replaced}', '{place.Organization}', '{place.Unit}', 'EEEEEEEEEEEEEEEE', 'probe-2', 'Probe 2'
            returning 1
            """
        );

        var (_, body) = await stage.Client.SendAsync(
            place.Secret,
            Given.AnUplink(place with { DeviceId = "probe-2" }),
            Cancel
        );

        Assert.Equal(
            replaced,
            await stage.Data.ValueAsync<Guid>(
                $"select lora_sensor_id from sensor_readings where id = '{body["reading_id"]}'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Uplink_without_an_EUI_is_found_by_its_device_id()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var uplink = JsonNode.Parse(Given.AnUplink(place))!;
        uplink["end_device_ids"]!.AsObject().Remove("dev_eui");

        var (_, body) = await stage.Client.SendAsync(place.Secret, uplink.ToJsonString(), Cancel);

        Assert.NotNull(body["reading_id"]);
    }

    [Theory]
    [InlineData("former-webhook: unknown name", "UNKNOWN_FIELD fridge_temp AXVc t")]
    [InlineData("the-things-stack: no formatter", "NO_FORMATTER AXVc f")]
    [InlineData("dragino: LHT65N, datalog", "HISTORY AXVc t")]
    [InlineData("milesight: EM300-TH, history of a clock that was never set", "HISTORY AXVc t")]
    public async Task Payload_that_became_no_reading_is_kept_once_and_counted(string name, string kept)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var corpus = UplinkCorpus.All.Single(body => body.Name == name);
        var message = System.Text.Encoding.UTF8.GetString(
            corpus.Of(place.DevEui, place.DeviceId, ApiStage.Start.AddMinutes(-1))
        );
        var reason = corpus.Expected.Reason!;
        var before = await CountedAsync(reason);

        await stage.Client.SendAsync(place.Secret, message, Cancel);
        await stage.Client.SendAsync(place.Secret, message, Cancel);

        Assert.Equal(before + 2, await CountedAsync(reason));
        Assert.Equal(
            kept,
            await stage.Data.ValueAsync<string>(
                "select string_agg(concat_ws(' ', "
                    + "reason, field, frm_payload_base64, decoded_payload is not null), ';') "
                    + $"from api.unread_uplinks where reporter_id = '{place.Sensor}'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Payloads_of_unknown_and_unassigned_devices_are_kept_with_what_they_call_themselves()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var (_, unknown) = await stage.Client.SendAsync(
            place.Secret,
            Given.AnUplink(place with { DeviceId = "new-1" }, devEui: "0A1B2C3D4E5F6071"),
            Cancel
        );
        await ChangeAsync($"update lora_sensors set unit_id = null where id = '{place.Sensor}' returning 1");
        stage.Forget();
        var (_, unassigned) = await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);

        Assert.Equal(
            ("DEVICE_NOT_FOUND", "DEVICE_NOT_ASSIGNED"),
            (unknown["reason"]!.ToString(), unassigned["reason"]!.ToString())
        );
        Assert.Equal(
            "DEVICE_NOT_ASSIGNED t t;DEVICE_NOT_FOUND f t new-1 0A1B2C3D4E5F6071",
            await stage.Data.ValueAsync<string>(
                "select string_agg(concat_ws(' ', reason, reporter_id is not null, decoded_payload is not null, "
                    + "case when reporter_id is null then device_id || ' ' || dev_eui end), ';' order by reason) "
                    + $"from api.unread_uplinks where organization_id = '{place.Organization}'",
                Cancel
            )
        );
    }

    [Theory]
    [InlineData(false, UnreadUplinks.MostOfUnknownDevices)]
    [InlineData(true, UnreadUplinks.MostOfADevice)]
    public async Task Whoever_sends_without_end_fills_no_more_than_their_room(bool isKnown, int most)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var reporter = isKnown ? $"'{place.Sensor}'::uuid" : "null::uuid";
        await ChangeAsync(
            $"""
            insert into api.unread_uplinks (organization_id, reporter_id, device_id, recorded_at, reason, f_cnt)
            select '{place.Organization}', {reporter}, 'noise-' || i, '2026-01-14T00:00:00Z', 'NO_FORMATTER', i
            from generate_series(1, {most - 1}) i returning 1
            """
        );
        var big = new string('x', UnreadUplinks.MostCharacters);
        for (var counter = 1; counter <= 3; counter++)
        {
            var uplink = JsonNode.Parse(Given.AnUplink(place, counter))!;
            uplink["uplink_message"]!["decoded_payload"] = new JsonObject { ["fridge_temp"] = 3.9, ["note"] = big };
            if (!isKnown)
            {
                uplink["end_device_ids"]!["device_id"] = $"unknown-{counter}";
                uplink["end_device_ids"]!["dev_eui"] = $"0A1B2C3D4E5F607{counter}";
            }

            await stage.Client.SendAsync(place.Secret, uplink.ToJsonString(), Cancel);
        }

        Assert.Equal(
            $"{most} 1 0",
            await stage.Data.ValueAsync<string>(
                "select concat_ws(' ', count(*), count(frm_payload_base64), count(decoded_payload)) "
                    + $"from api.unread_uplinks where organization_id = '{place.Organization}'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Message_without_a_reading_is_answered_also_while_its_payload_cannot_be_kept()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await using var other = await stage.Data.OpenConnectionAsync(Cancel);
        await using var holding = await other.BeginTransactionAsync(Cancel);
        await using var hold = new NpgsqlCommand("lock table api.unread_uplinks in access exclusive mode", other);
        await hold.ExecuteNonQueryAsync(Cancel);

        var (status, body) = await stage.Client.SendAsync(
            place.Secret,
            Given.AnUplink(place with { DeviceId = "new-1" }, devEui: "0A1B2C3D4E5F6071"),
            Cancel
        );

        Assert.Equal((HttpStatusCode.OK, "DEVICE_NOT_FOUND"), (status, body["reason"]?.ToString()));
    }

    [Fact]
    public async Task History_is_stored_with_its_own_times_once_and_never_as_live()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var uplink = JsonNode.Parse(Given.AnUplink(place))!;
        uplink["uplink_message"]!["decoded_payload"] = JsonNode.Parse(
            """
            { "history": [
              { "timestamp": 1768370400, "temperature": -18.4 }, { "timestamp": 1768371000, "temperature": -18.1 }
            ] }
            """
        );

        var (_, first) = await stage.Client.SendAsync(place.Secret, uplink.ToJsonString(), Cancel);
        uplink["uplink_message"]!["f_cnt"] = 77;
        await stage.Client.SendAsync(place.Secret, uplink.ToJsonString(), Cancel);

        Assert.Equal("""{"reading_id":null,"reason":"HISTORY","past_readings":2}""", first.ToJsonString());
        Assert.Equal(
            "2026-01-14 06:00:00 -18.40 ttn_history;2026-01-14 06:10:00 -18.10 ttn_history",
            await stage.Data.ValueAsync<string>(
                "select string_agg(concat_ws(' ', recorded_at at time zone 'UTC', temperature, source), ';' "
                    + "order by recorded_at) from sensor_readings",
                Cancel
            )
        );
        Assert.Equal(
            0,
            await stage.Data.ValueAsync<long>(
                "select count(*) from api.unread_uplinks where reporter_id = " + $"'{place.Sensor}'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Sensor_of_temperatures_that_tells_of_a_door_becomes_one_of_doors_and_the_log_says_so()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        for (var counter = 1; counter <= 2; counter++)
        {
            var uplink = JsonNode.Parse(Given.AnUplink(place, counter))!;
            uplink["uplink_message"]!["decoded_payload"] = new JsonObject
            {
                ["DOOR_OPEN_STATUS"] = counter % 2,
                ["DOOR_OPEN_TIMES"] = 41,
                ["LAST_DOOR_OPEN_DURATION"] = 3,
            };
            await stage.Client.SendAsync(place.Secret, uplink.ToJsonString(), Cancel);
        }

        // The uplink is answered before its sensor is corrected.
        while (await stage.Data.ValueAsync<string>("select sensor_type::text from lora_sensors", Cancel) != "door")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancel);
        }

        Assert.Equal(
            "door 2 41 180",
            await stage.Data.ValueAsync<string>(
                "select concat_ws(' ', (select sensor_type from lora_sensors), count(door_open), "
                    + "max(door_open_count), max(door_open_seconds)) from sensor_readings",
                Cancel
            )
        );
        Assert.Equal(
            $"sensor.reclassified {place.Sensor} temperature door t",
            await stage.Data.ValueAsync<string>(
                "select string_agg(concat_ws(' ', event_type, payload ->> 'sensor_id', payload ->> 'from', "
                    + "payload ->> 'to', event_hash is not null), ';') from event_logs where category = 'sensor'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task First_state_of_a_door_and_each_change_are_events_with_what_the_sensor_counts()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        for (var counter = 3; counter >= 1; counter--)
        {
            var uplink = JsonNode.Parse(Given.AnUplink(place, counter))!;
            uplink["uplink_message"]!["decoded_payload"] = new JsonObject
            {
                ["door_open"] = counter == 2,
                ["open_count"] = 41,
                ["open_duration_s"] = 45,
            };
            await stage.Client.SendAsync(place.Secret, uplink.ToJsonString(), Cancel);
            await stage.Data.JudgedAsync(Cancel);
        }

        Assert.Equal(
            "closed t 41 45 Probe, open f 41 45 Probe, closed f 41 45 Probe",
            await stage.Data.ValueAsync<string>(
                """
                select string_agg(concat_ws(' ', state, left(metadata ->> 'is_initial', 1), metadata ->> 'open_count',
                  metadata ->> 'open_duration_s', metadata ->> 'sensor_name'), ', ' order by occurred_at)
                from door_events
                """,
                Cancel
            )
        );
    }

    [Fact]
    public async Task Battery_s_percentage_follows_from_the_chemistry_of_the_sensor_s_model()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await ChangeAsync(
            $$"""
            insert into sensor_catalog (id, manufacturer, model, display_name, battery_info)
            values ('{{place.Site}}', 'Dragino', 'LHT65N', 'LHT65N', '{"chemistry": "Li-MnO2"}') returning 1
            """
        );
        await ChangeAsync($"update lora_sensors set sensor_catalog_id = '{place.Site}' returning 1");
        stage.Forget();
        var uplink = JsonNode.Parse(Given.AnUplink(place))!;
        uplink["uplink_message"]!["decoded_payload"] = JsonNode.Parse("""{ "TempC_SHT": 4, "BatV": 2.75 }""");

        await stage.Client.SendAsync(place.Secret, uplink.ToJsonString(), Cancel);

        Assert.Equal(20, await stage.Data.ValueAsync<int>("select battery from lora_sensors", Cancel));
    }

    private Task<int> ChangeAsync(string sql) =>
        stage.Data.ValueAsync<int>($"with changed as ({sql}) select 1", Cancel);

    private async Task<double> CountedAsync(string reason)
    {
        var metrics = await stage.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel);
        var name = $"freshtrack_uplinks_without_reading_total{{reason=\"{reason}\"}}";
        return metrics.Split('\n').FirstOrDefault(line => line.StartsWith(name)) is { } line
            ? double.Parse(line.Split(' ')[^1])
            : 0;
    }
}
