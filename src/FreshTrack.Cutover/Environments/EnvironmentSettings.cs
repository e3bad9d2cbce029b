using FreshTrack.Clients.StackAuth;
using FreshTrack.Cutover.Visitors;
using FreshTrack.Migration.Parts;

namespace FreshTrack.Cutover.Environments;

/// <summary>What an environment's file says, or what the command line gives in its place. It holds secrets, and so has
/// no text of its own.</summary>
/// <param name="name">Shown on every screen, and typed by whoever confirms.</param>
public sealed class EnvironmentSettings(string name, EnvironmentKind kind)
{
    public string Name { get; } = name;

    public EnvironmentKind Kind { get; } = kind;

    public SourceSettings Source { get; init; } = new();

    public TargetSettings Target { get; init; } = new();

    public StackAuthSettings? StackAuth { get; init; }

    public People People { get; init; } = People.None;

    public SecretFiles SecretFiles { get; init; } = new();

    /// <summary>Null where no mailbox was named: what needs one cannot be tried then.</summary>
    public CanarySettings? Canary { get; init; }

    /// <summary>Null where nothing here deploys to the environment.</summary>
    public DeploySettings? Deploy { get; init; }

    /// <summary>Null where the file names no public addresses.</summary>
    public PublicNames? Names { get; init; }

    /// <summary>Null where the file does not say how monitoring is asked.</summary>
    public MonitoringSettings? Monitoring { get; init; }
}

/// <summary>The system that is left.</summary>
public sealed class SourceSettings
{
    /// <summary>A connection string for Npgsql.</summary>
    public string? Database { get; init; }

    /// <summary>The unit of the stored temperatures, <c>F</c> or <c>C</c>; null where nobody said it.</summary>
    public string? TemperatureUnit { get; init; }

    public SupabaseAuthSettings? Auth { get; init; }

    /// <summary>Where the sensors' messages go today.</summary>
    public Uri? Ingestion { get; init; }

    public MaintenanceSettings? Maintenance { get; init; }
}

/// <summary>Supabase Auth, with the key that may do everything there.</summary>
public sealed class SupabaseAuthSettings(Uri url, string serviceKey)
{
    public Uri Url { get; } = url;

    public string ServiceKey { get; } = serviceKey;
}

/// <summary>How the old application is closed for its users and opened again.</summary>
/// <param name="On">A command line for the machine's shell, which may be run again.</param>
/// <param name="Off">A command line for the machine's shell, which may be run again.</param>
/// <param name="Probe">Answers 503 while it is closed, and 2xx while it is open.</param>
public sealed record MaintenanceSettings(string On, string Off, Uri Probe)
{
    /// <summary>How long a command may run, and how long the probe may take to say so afterwards.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The folder in which the commands run: that of the environment's file.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>Without the commands: a secret may stand in one.</summary>
    public override string ToString() => $"maintenance, seen at {Probe}";
}

/// <summary>The system that is moved to.</summary>
public sealed class TargetSettings
{
    /// <summary>A connection string for Npgsql.</summary>
    public string? Database { get; init; }

    public ObjectStoreAddress? ObjectStore { get; init; }

    /// <summary><c>host:port</c>.</summary>
    public string? Redis { get; init; }

    /// <summary>The 32-byte key of the webhook secrets; empty where none was named.</summary>
    public ReadOnlyMemory<byte> WebhookKey { get; init; }
}

/// <summary>The project that users are moved to.</summary>
public sealed class StackAuthSettings(StackAuthAddress address)
{
    public StackAuthAddress Address { get; } = address;

    /// <summary>What a browser signs in with; no secret.</summary>
    public string? PublishableKey { get; init; }

    /// <summary>The page that a password reset leads to.</summary>
    public Uri? ResetCallback { get; init; }
}
