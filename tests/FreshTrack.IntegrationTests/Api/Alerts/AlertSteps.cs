using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Alerts;

/// <summary>What tests of alerts do: report from sensors, wait until that was judged, act as somebody.</summary>
internal static class AlertSteps
{
    /// <summary>Unit, kind, severity and status of every alert, in the order in which they were triggered.</summary>
    public const string AlertsSql =
        "select string_agg(concat_ws(' ', alert_type, severity, status), ', ' order by triggered_at, id) from alerts";

    /// <summary>Types of every event but those about sensors themselves, in the order of the chain.</summary>
    public const string EventsSql =
        "select string_agg(event_type, ', ' order by recorded_at, id) from event_logs "
        + "where category is distinct from 'sensor'";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>An organization with a unit that may be silent for a week:
    /// its readings can lie in the past and far apart.</summary>
    public static async Task<Place> GivenAPatientUnitAsync(this ApiStage stage, CancellationToken cancellationToken)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, cancellationToken);
        await stage.Data.RunAsync(
            $"update units set checkin_interval_minutes = 5040 where id = '{place.Unit}'",
            cancellationToken
        );
        return place;
    }

    /// <summary>The place's sensor reports what is given,
    /// this many minutes from now, and the report is acknowledged.</summary>
    /// <param name="client">Of another API than the stage's.</param>
    public static async Task ReportAsync(
        this ApiStage stage,
        Place place,
        int minute,
        CancellationToken cancellationToken,
        decimal? temperature = null,
        bool? doorOpen = null,
        int? battery = null,
        HttpClient? client = null
    )
    {
        var at = stage.Clock.GetUtcNow().AddMinutes(minute);
        var measured = new JsonObject { ["humidity"] = 60.5 };
        Add(measured, "temperature", temperature);
        Add(measured, "door_open", doorOpen);
        Add(measured, "battery", battery);
        var uplink = new JsonObject
        {
            ["end_device_ids"] = new JsonObject { ["device_id"] = place.DeviceId, ["dev_eui"] = place.DevEui },
            ["uplink_message"] = new JsonObject
            {
                ["f_cnt"] = (int)(at - ApiStage.Start).TotalMinutes + 100_000,
                ["decoded_payload"] = measured,
                ["received_at"] = at.ToString("O"),
            },
        };

        var (status, _) = await (client ?? stage.Client).SendAsync(
            place.Secret,
            uplink.ToJsonString(),
            cancellationToken
        );
        Assert.Equal(HttpStatusCode.OK, status);
    }

    /// <summary>Waits until every reading has been judged.</summary>
    public static Task JudgedAsync(this NpgsqlDataSource data, CancellationToken cancellationToken) =>
        data.UntilAsync(
            "select (count(*) = 0)::text from api.watched_units u left join api.unit_watch w on w.unit_id = u.id "
                + "where (u.last_reading_at is not null and w.looked_at_reading is distinct from u.last_reading_at) "
                + "or exists (select from api.late_readings l where l.unit_id = u.id)",
            "true",
            cancellationToken
        );

    /// <summary>Waits until the query's value is this text; fails with what it is instead.</summary>
    public static async Task UntilAsync(
        this NpgsqlDataSource data,
        string sql,
        string expected,
        CancellationToken cancellationToken
    )
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Patience);
        var actual = await data.TextAsync(sql, cancellationToken);
        while (actual != expected && !limited.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            actual = await data.TextAsync(sql, cancellationToken);
        }

        Assert.Equal(expected, actual);
    }

    /// <summary>The query's value as text; empty for null.</summary>
    public static async Task<string> TextAsync(
        this NpgsqlDataSource data,
        string sql,
        CancellationToken cancellationToken
    )
    {
        await using var command = data.CreateCommand(sql);
        return Convert.ToString(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public static async Task RunAsync(this NpgsqlDataSource data, string sql, CancellationToken cancellationToken)
    {
        await using var command = data.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The access token of a new member with this role.</summary>
    public static async Task<string> SignInAsAsync(
        this ApiStage stage,
        string role,
        Guid organization,
        CancellationToken cancellationToken
    )
    {
        var (user, token) = await ApiStage.TokenAsync(stage.StackAuth, cancellationToken);
        await stage.Data.RunAsync(
            $"""
            insert into users (id, email) values ('{user}', '{user:N}@example.com');
            insert into user_roles (user_id, organization_id, role) values ('{user}', '{organization}', '{role}')
            """,
            cancellationToken
        );
        return token;
    }

    public static async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(
        this HttpClient client,
        string path,
        string token,
        CancellationToken cancellationToken,
        JsonNode? body = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        request.Headers.Authorization = new("Bearer", token);
        using var response = await client.SendAsync(request, cancellationToken);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!);
    }

    private static void Add(JsonObject measured, string name, JsonNode? value)
    {
        if (value is not null)
        {
            measured[name] = value;
        }
    }
}
