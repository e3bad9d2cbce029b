namespace FreshTrack.Cutover.Evidence;

/// <summary>What was run, with what, on what: the content of <c>run.json</c>.</summary>
public sealed record RunDescription(string RunId, string Kind, DateTimeOffset StartedAt)
{
    /// <summary>The format of evidence that this version writes, and the only one that it reads. It counts up when a
    /// file or a member is added, renamed or removed.</summary>
    public const int CurrentFormat = 4;

    public int Format { get; init; } = CurrentFormat;

    public DateTimeOffset? EndedAt { get; init; }

    public required string Commit { get; init; }

    /// <summary>A dirty tree may rehearse, not cut over.</summary>
    public required bool CleanTree { get; init; }

    public required string PlanHash { get; init; }

    /// <summary>Its name; <c>environment.json</c> says more.</summary>
    public required string Environment { get; init; }

    /// <summary>Id of the run that this one follows: the cutover that a rollback takes back. Null for none.</summary>
    public string? Follows { get; init; }

    public string? Scale { get; init; }

    public int? Seed { get; init; }

    /// <summary>Until when the generated data reach; with scale and seed it says which data were moved.</summary>
    public DateTimeOffset? Epoch { get; init; }

    /// <summary>What was broken on purpose; null when nothing was.</summary>
    public string? Inject { get; init; }

    /// <summary>Cores, memory and operating system: baselines compare runs of the same machine kind only.</summary>
    public required string Machine { get; init; }

    /// <summary>Image name → identity, the same on every machine: the hash of what it was built from, or the registry's
    /// digest of a pulled one.</summary>
    public IReadOnlyDictionary<string, string> Images { get; init; } = new SortedDictionary<string, string>();

    /// <summary>Images that stood in for production's.</summary>
    public IReadOnlyList<StandIn> StandIns { get; init; } = [];
}

/// <summary>An image that was used because another was not available: the RADOS gateway for MinIO.</summary>
public sealed record StandIn(string Image, string InsteadOf);
