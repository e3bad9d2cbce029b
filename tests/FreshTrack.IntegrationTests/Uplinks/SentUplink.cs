namespace FreshTrack.IntegrationTests.Nights.Readings;

/// <summary>An uplink in the network's storage, and what became of it.</summary>
internal sealed class SentUplink(NetworkSensor sensor, long frameCounter, DateTime at)
{
    private volatile string? takenBy;
    private volatile bool isAnswered = true;

    public NetworkSensor Sensor { get; } = sensor;

    public long FrameCounter { get; } = frameCounter;

    /// <summary>When the network received it, in whole microseconds: UTC.</summary>
    public DateTime At { get; } = new(at.Ticks - (at.Ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);

    /// <summary>With nanoseconds, as the network tells it: PostgreSQL would round them up.</summary>
    public string ReceivedAt => $"{At:yyyy-MM-ddTHH:mm:ss.ffffff}789Z";

    public decimal Celsius => 4 + (FrameCounter % 100 / 100m);

    /// <summary>The side whose webhook said that it has stored the reading; null while none did.</summary>
    public string? TakenBy
    {
        get => takenBy;
        set => takenBy = value;
    }

    /// <summary>False while a webhook has it in hand.</summary>
    public bool IsAnswered
    {
        get => isAnswered;
        set => isAnswered = value;
    }

    /// <summary>How often a webhook refused it, or did not answer.</summary>
    public int Refusals { get; set; }
}
