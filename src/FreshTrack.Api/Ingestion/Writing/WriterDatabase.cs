using Npgsql;

namespace FreshTrack.Api.Ingestion;

/// <summary>The connections of those who write readings: few, and used by nobody else. What they run is planned for
/// every partition, which takes longer than many batches do; so each connection plans it once, and again only when
/// PostgreSQL has analyzed one of the tables.</summary>
internal sealed class WriterDatabase(string database) : IDisposable
{
    private const int Connections = ReadingQueue.Lanes + CorrectionWriter.Writers;

    // A plan for any values, whose $24 and $25 leave partitions out as it starts. And late readings are noted by the
    // statement that stores them, not by the trigger.
    private const string Session = "-c plan_cache_mode=force_generic_plan -c freshtrack.notes_late_readings=on";

    private readonly NpgsqlDataSource connections = Create(database);

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) =>
        connections.OpenConnectionAsync(cancellationToken);

    public void Dispose() => connections.Dispose();

    private static NpgsqlDataSource Create(string database)
    {
        var settings = FreshTrackApi.ConnectionSettings(database);
        settings.MaxPoolSize = Connections;
        settings.Options = $"{settings.Options} {Session}".TrimStart();
        return FreshTrackApi.CreateDataSource("readings", settings);
    }
}
