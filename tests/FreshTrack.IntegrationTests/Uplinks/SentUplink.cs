namespace FreshTrack.IntegrationTests.Uplinks;

/// <summary>An uplink in the network's storage, and what became of it.</summary>
internal sealed class SentUplink(NetworkSensor sensor, long frameCounter, DateTime at)
{
    private volatile string? takenBy;
    private volatile bool isAnswered = true;
    private volatile string[] refusals = [];

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

    /// <summary>How a webhook refused it or failed to answer, each time in words.</summary>
    public IReadOnlyList<string> Refusals => refusals;

    /// <summary>Adds a refusal; whoever sends an uplink has it alone.</summary>
    public void Refuse(string why) => refusals = [.. refusals, why];
}
