namespace FreshTrack.Cutover.Environments;

/// <summary>The files from which the servers' secrets were read, so that a secret that is refused can be named without
/// being shown; null where it was given otherwise.</summary>
public sealed record SecretFiles
{
    public string? Source { get; init; }

    public string? Target { get; init; }

    public string? ObjectStore { get; init; }
}
