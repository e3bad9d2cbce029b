using System.Net;
using System.Text.Json.Nodes;
using FreshTrack.Fixtures.Uplinks;

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
    [InlineData("milesight: EM300-TH, history alone", "HISTORY AXVc t")]
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
