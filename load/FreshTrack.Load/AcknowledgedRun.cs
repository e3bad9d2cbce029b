using System.Collections.Concurrent;
using System.Net.Http.Headers;
using FreshTrack.Load.Scenarios;
using Npgsql;

namespace FreshTrack.Load;

/// <summary>What became of the readings that the API answered for.</summary>
/// <param name="Acknowledged">Readings that got a 2xx with an id.</param>
/// <param name="Stored">Of these, in the table.</param>
/// <param name="Duplicated">Rows beyond the first of one uplink.</param>
/// <param name="PutOff">Requests that failed or were refused, and were sent again.</param>
/// <param name="WithoutReading">Uplinks that got a 2xx without an id, by the reason that was answered.</param>
public sealed record AcknowledgedResult(
    long Acknowledged,
    long Stored,
    long Duplicated,
    long PutOff,
    IReadOnlyDictionary<string, int> WithoutReading
)
{
    public long Lost => Acknowledged - Stored;

    public override string ToString() =>
        $"{Acknowledged} acknowledged, {Stored} stored, {Lost} lost, {Duplicated} stored twice, "
        + $"{PutOff} put off and sent again"
        + string.Concat(WithoutReading.OrderBy(p => p.Key).Select(p => $", {p.Value} not stored: {p.Key}"));
}

/// <summary>Sends uplinks while something breaks: one that got no 2xx is sent again, unchanged, until it gets one. So a
/// backfill does; The Things Stack itself tries once.</summary>
public sealed class AcknowledgedRun(LoadTarget target, int senders) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient client = new(
        new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(5) }
    )
    {
        Timeout = Patience,
    };
    private readonly Uri webhook = new(target.Api, "api/webhooks/ttn");
    private readonly ConcurrentBag<Guid> acknowledged = [];
    private readonly ConcurrentDictionary<string, int> withoutReading = new();
    private long next;
    private long putOff;

    /// <summary>Readings that got a 2xx with an id so far.</summary>
    public int Acknowledged => acknowledged.Count;

    /// <summary>Sends until the token is cancelled;
    /// what is under way then is given up, as it was not answered for.</summary>
    public async Task SendAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => SendInTurnAsync(cancellationToken)));

    /// <summary>Asks the table for every reading that got a 2xx.</summary>
    public async Task<AcknowledgedResult> CountAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select
              (select count(*) from unnest($1) a (id) where exists (select 1 from sensor_readings r where r.id = a.id)),
              (select coalesce(sum(n - 1), 0)::bigint
               from (select count(*) n from sensor_readings group by lora_sensor_id, recorded_at, f_cnt) g)
            """
        );
        Guid[] ids = [.. acknowledged.Distinct()];
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new AcknowledgedResult(
            ids.Length,
            reader.GetInt64(0),
            reader.GetInt64(1),
            Interlocked.Read(ref putOff),
            withoutReading.ToDictionary()
        );
    }

    public void Dispose() => client.Dispose();

    private async Task SendInTurnAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref next);
            var device = target.Devices[(int)(number % target.Devices.Count)];
            var body = Uplink.Write(device, number, target.Clock.GetUtcNow(), Draw.Of(1, number));
            while (!await DeliverAsync(device, body, cancellationToken) && !cancellationToken.IsCancellationRequested)
            {
                Interlocked.Increment(ref putOff);
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private async Task<bool> DeliverAsync(
        DeviceTarget device,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook)
        {
            Content = new ReadOnlyMemoryContent(body),
        };
        request.Content.Headers.ContentType = Json;
        request.Headers.TryAddWithoutValidation("X-Webhook-Secret", device.WebhookSecret);
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                return false;
            }

            Count(await response.Content.ReadAsByteArrayAsync(CancellationToken.None));
            return true;
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A 2xx ends the delivery, whatever it says:
    /// an uplink that became no reading is not a lost one.</summary>
    private void Count(byte[] body)
    {
        var answer = WebhookAnswer.Read(body);
        if (answer.ReadingId is { } id)
        {
            acknowledged.Add(id);
        }
        else
        {
            withoutReading.AddOrUpdate(answer.Reason, 1, (_, count) => count + 1);
        }
    }
}
