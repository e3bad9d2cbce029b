using FreshTrack.Api.Alerts;
using FreshTrack.Api.Ingestion;
using FreshTrack.IntegrationTests.Api.Alerts;
using FreshTrack.IntegrationTests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Once;

/// <summary>Which readings are noted as late, in a database whose units nobody judges meanwhile.</summary>
public sealed class LateNotesTests(Servers servers) : IAsyncLifetime
{
    private const string NotesSql = """
        select coalesce(string_agg(extract(minute from at at time zone 'UTC')::text, ', ' order by id), '')
        from api.late_readings
        """;

    private NpgsqlDataSource data = null!;
    private WriterDatabase writers = null!;
    private Place place = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var address = await servers.CreateDatabaseAsync(Cancel);
        data = NpgsqlDataSource.Create(address);
        writers = new WriterDatabase(address);
        await data.CreateTargetAsync(Cancel);
        place = await Given.AnOrganizationWithAUnit(data, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        writers.Dispose();
        await data.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Readings_in_the_order_of_time_are_not_late(bool isUplink)
    {
        await StoreAsync(Reading(1, isUplink));
        await StoreAsync(Reading(2, isUplink));
        await StoreAsync(Reading(4, isUplink), Reading(3, isUplink));

        Assert.Equal("", await NotesAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reading_that_is_not_newer_than_its_units_newest_is_late(bool isUplink)
    {
        await StoreAsync(Reading(5, isUplink));
        await StoreAsync(Reading(5, isUplink: false, await ADeviceAsync()));
        await StoreAsync(Reading(7, isUplink), Reading(4, isUplink));
        await StoreAsync(Reading(6, isUplink));
        await StoreAsync(Reading(6, isUplink));

        Assert.Equal("5, 4, 6", await NotesAsync());
    }

    [Fact]
    public async Task Reading_before_what_has_been_judged_is_late_whatever_the_unit_shows()
    {
        await StoreAsync(Reading(2));
        await data.RunAsync(
            "insert into api.unit_watch (unit_id, seen_through) "
                + $"select id, last_reading_at + interval '5 minutes' from units where id = '{place.Unit}'",
            Cancel
        );

        await StoreAsync(Reading(7));
        await StoreAsync(Reading(9));
        await data.RunAsync("update units set last_reading_at = last_reading_at - interval '8 minutes'", Cancel);
        await StoreAsync(Reading(6));

        Assert.Equal("7, 6", await NotesAsync());
    }

    [Fact]
    public async Task Late_readings_that_other_programs_write_are_noted_too()
    {
        await StoreAsync(Reading(5));

        await InsertAsync(6, 7);
        await InsertAsync(8, 4);

        Assert.Equal("4", await NotesAsync());
    }

    /// <summary>The judgement has seen the wrong reading, which another program wrote, and nobody knows it yet. What
    /// arrives before that reading's time is not late, and is judged all the same: from the unit's newest reading
    /// on.</summary>
    [Fact]
    public async Task Correction_during_a_judgement_has_its_unit_judged_from_what_is_left()
    {
        await StoreAsync(Reading(2));
        await InsertAsync(8);
        await data.RunAsync(
            $"insert into api.unit_watch (unit_id, seen_through) values ('{place.Unit}', '{At(2):O}')",
            Cancel
        );
        await using var connection = await data.OpenConnectionAsync(Cancel);
        await using var judging = await connection.BeginTransactionAsync(Cancel);
        await using var see = new NpgsqlCommand($"update api.unit_watch set seen_through = '{At(8):O}'", connection);
        await see.ExecuteNonQueryAsync(Cancel);

        await CorrectAsync(Reading(3, isUplink: false, supersedes: await IdAsync(At(8))));
        await StoreAsync(Reading(5));
        await judging.CommitAsync(Cancel);

        Assert.Equal("8, 3", await NotesAsync());
    }

    [Theory]
    [InlineData(3, "5.00")]
    [InlineData(6, "6.00")]
    public async Task Late_temperature_is_shown_only_where_it_is_the_newest_one(int minute, string shown)
    {
        await StoreAsync(Reading(5));
        await StoreAsync(Reading(8, measured: new Measurements(null, 60, null, null, null)));

        await StoreAsync(Reading(minute, measured: new Measurements(minute, null, null, null, null)));

        Assert.Equal(
            $"{shown} 8",
            await data.TextAsync(
                "select concat_ws(' ', last_temp_reading, extract(minute from last_reading_at)) from units",
                Cancel
            )
        );
    }

    private Task<string> NotesAsync() => data.TextAsync(NotesSql, Cancel);

    private async Task<Guid> ADeviceAsync()
    {
        var device = Guid.CreateVersion7();
        await data.RunAsync(
            $"insert into devices (id, unit_id, serial_number) values ('{device}', '{place.Unit}', 'A1')",
            Cancel
        );
        return device;
    }

    private Task InsertAsync(params int[] minutes) =>
        data.RunAsync(
            "insert into sensor_readings (unit_id, temperature, recorded_at, received_at) "
                + $"select '{place.Unit}', 4, at, now() from unnest('{{{string.Join(",", minutes)}}}'::integer[]) m, "
                + $"make_timestamptz(2026, 1, 15, 0, m, 0, 'UTC') at",
            Cancel
        );

    private async Task StoreAsync(params NewReading[] readings)
    {
        await using var connection = await writers.OpenAsync(Cancel);
        await using var batch = connection.CreateBatch();
        await ReadingBatch.StoreAsync(batch, [.. readings.Select((reading, request) => (reading, request))], Cancel);
    }

    private async Task CorrectAsync(NewReading reading)
    {
        using var writer = new CorrectionWriter(
            writers,
            new UnitSignals(),
            new FakeTimeProvider(new DateTimeOffset(At(30))),
            NullLogger<CorrectionWriter>.Instance
        );
        Assert.IsType<WriteOutcome.Stored>(await writer.WriteAsync(place.Organization, [reading], Cancel));
    }

    private Task<Guid> IdAsync(DateTime at) =>
        data.ValueAsync<Guid>($"select id from sensor_readings where recorded_at = '{at:O}'", Cancel);

    private NewReading Reading(
        int minute,
        bool isUplink = true,
        Guid? device = null,
        Measurements? measured = null,
        Guid? supersedes = null
    ) =>
        new()
        {
            IsUplink = isUplink,
            Unit = place.Unit,
            Sensor = device is null ? place.Sensor : null,
            Device = device,
            Source = isUplink ? "ttn" : "api",
            SaidAt = At(minute),
            ReceivedAt = At(30),
            Measured = measured ?? new Measurements(5, null, null, null, null),
            Supersedes = supersedes,
        };

    private static DateTime At(int minute) => ApiStage.Start.UtcDateTime.AddMinutes(minute);
}
