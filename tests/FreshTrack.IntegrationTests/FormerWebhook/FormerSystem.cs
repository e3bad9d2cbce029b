using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Source;
using FreshTrack.FormerWebhook;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace FreshTrack.IntegrationTests.FormerWebhook;

/// <summary>What the former webhook answered.</summary>
internal sealed record FormerAnswer(int Status, string Text)
{
    public string this[string name] => JsonNode.Parse(Text)?[name]?.ToString() ?? "";
}

/// <summary>The stand-in of the former system, listening, over a source of its own with one organization: a unit with a
/// sensor in a fridge, and a device from before there were sensors.</summary>
public sealed class FormerSystem(Servers servers) : IAsyncLifetime
{
    public const string Secret = "whsec_former";
    public const string DeviceId = "fridge-1";
    public const string DevEui = "70b3d57ed0051234";
    public const string SerialNumber = "70:B3:D5:7E:D0:05:99:99";

    private const string Schema = """
        insert into organizations (id, name, slug) values
            ('00000000-0000-4000-a000-000000000001', 'Kitchen', 'kitchen'),
            ('00000000-0000-4000-a000-000000000002', 'Other', 'other');
        insert into sites (id, organization_id, name) values
            ('00000000-0000-4000-a000-000000000001', '00000000-0000-4000-a000-000000000001', 'Site');
        insert into areas (id, site_id, name) values
            ('00000000-0000-4000-a000-000000000001', '00000000-0000-4000-a000-000000000001', 'Area');
        insert into units (id, area_id, name) values
            ('00000000-0000-4000-a000-000000000001', '00000000-0000-4000-a000-000000000001', 'Fridge');
        insert into sensor_catalog (id, manufacturer, model, display_name, battery_info, temperature_unit) values
            ('00000000-0000-4000-a000-000000000001', 'Dragino', 'LHT65N', 'LHT65N', '{"chemistry": "Li-MnO2"}', 'C'),
            ('00000000-0000-4000-a000-000000000002', 'Dragino', 'in F', 'in F', null, 'F');
        insert into lora_sensors (id, organization_id, unit_id, dev_eui, ttn_device_id, name, is_primary,
            sensor_catalog_id) values
            ('00000000-0000-4000-a000-000000000001', '00000000-0000-4000-a000-000000000001',
                '00000000-0000-4000-a000-000000000001', '70:B3:D5:7E:D0:05:12:34', 'fridge-1', 'Fridge', true, null),
            ('00000000-0000-4000-a000-000000000002', '00000000-0000-4000-a000-000000000001', null,
                '70B3D57ED0051235', 'spare', 'Spare', false, null),
            ('00000000-0000-4000-a000-000000000003', '00000000-0000-4000-a000-000000000001',
                '00000000-0000-4000-a000-000000000001', '70B3D57ED0051236', 'chemistry', 'Chemistry', false,
                '00000000-0000-4000-a000-000000000001'),
            ('00000000-0000-4000-a000-000000000004', '00000000-0000-4000-a000-000000000001',
                '00000000-0000-4000-a000-000000000001', '70B3D57ED0051237', 'fahrenheit', 'In °F', false,
                '00000000-0000-4000-a000-000000000002');
        insert into devices (id, organization_id, unit_id, serial_number) values
            ('00000000-0000-4000-a000-000000000001', '00000000-0000-4000-a000-000000000001',
                '00000000-0000-4000-a000-000000000001', '70:B3:D5:7E:D0:05:99:99');
        """;

    private WebApplication app = null!;
    private NpgsqlDataSource mover = null!;

    /// <summary>A superuser's.</summary>
    public NpgsqlDataSource Source { get; private set; } = null!;

    internal HttpClient Http { get; private set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var address = await servers.CreateSourceAsync(Cancel);
        Source = NpgsqlDataSource.Create(address.Administrator);
        mover = NpgsqlDataSource.Create(address.Mover);
        await SourceDatabase.CreateAsync(Source, Cancel);
        await ExecuteAsync(Schema);
        await using (
            var command = Source.CreateCommand(
                """
                insert into ttn_connections (organization_id, is_enabled, ttn_webhook_secret_encrypted)
                values ('00000000-0000-4000-a000-000000000001', true, $1),
                    ('00000000-0000-4000-a000-000000000002', false, $2)
                """
            )
        )
        {
            command.Parameters.AddWithValue(FixtureSecrets.Encrypt(Secret));
            command.Parameters.AddWithValue(FixtureSecrets.Encrypt("whsec_disabled"));
            await command.ExecuteNonQueryAsync(Cancel);
        }

        app = FormerWebhookServer.Build(
            new FormerWebhookOptions
            {
                Database = new NpgsqlConnectionStringBuilder(address.Administrator)
                {
                    Username = "authenticator",
                }.ConnectionString,
                WebhookKey = FixtureSecrets.WebhookKey.ToArray(),
                Listen = "http://127.0.0.1:0",
            }
        );
        await app.StartAsync(Cancel);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    /// <summary>An uplink as The Things Stack posts it.</summary>
    public static JsonObject Uplink(JsonObject decoded, string? deviceId = DeviceId, string? devEui = null)
    {
        var ids = new JsonObject();
        if (deviceId is not null)
        {
            ids["device_id"] = deviceId;
        }

        if (devEui is not null)
        {
            ids["dev_eui"] = devEui;
        }

        return new JsonObject
        {
            ["end_device_ids"] = ids,
            ["received_at"] = "2026-01-15T00:00:01Z",
            ["uplink_message"] = new JsonObject
            {
                ["f_port"] = 2,
                ["frm_payload"] = "AXVc",
                ["decoded_payload"] = decoded,
                ["rx_metadata"] = new JsonArray(new JsonObject { ["rssi"] = -97 }),
                ["received_at"] = "2026-01-15T00:00:00.123456789Z",
            },
        };
    }

    internal Task<FormerAnswer> PostAsync(JsonNode body, string? secret = Secret, string header = "X-Webhook-Secret") =>
        SendAsync(HttpMethod.Post, FormerWebhookServer.WebhookPath, body.ToJsonString(), secret, header);

    internal async Task<FormerAnswer> SendAsync(
        HttpMethod method,
        string path,
        string? body = null,
        string? secret = null,
        string header = "X-Webhook-Secret"
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        if (secret is not null)
        {
            request.Headers.Add(header, secret);
        }

        using var response = await Http.SendAsync(request, Cancel);
        return new FormerAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>Empties what uplinks write.</summary>
    public Task ResetAsync() =>
        ExecuteAsync(
            """
            truncate sensor_readings, door_events;
            update units set last_temp_reading = null, last_reading_at = null, door_state = 'unknown';
            update lora_sensors set sensor_type = 'temperature', status = 'pending';
            """
        );

    /// <summary>The only reading, as text.</summary>
    public async Task<string> ReadingAsync(string columns)
    {
        await using var command = Source.CreateCommand($"select concat_ws(' ', {columns}) from sensor_readings");
        await using var row = await command.ExecuteReaderAsync(Cancel);
        Assert.True(await row.ReadAsync(Cancel));
        var text = row.GetString(0);
        Assert.False(await row.ReadAsync(Cancel));
        return text;
    }

    public async Task<long> CountAsync(string table)
    {
        await using var command = Source.CreateCommand($"select count(*) from {table}");
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    /// <summary>The freeze of a cutover, by the role that moves.</summary>
    internal async Task<Freeze> FreezeAsync()
    {
        var plan = PlanFile.Parse(await SourceDatabase.ReadPlanAsync(Cancel), "plan.yaml");
        var freeze = new Freeze(mover, plan, TimeProvider.System);
        await freeze.ApplyAsync(Cancel);
        return freeze;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await mover.DisposeAsync();
        await Source.DisposeAsync();
    }
}
