using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.Build.Stages;

/// <summary>A stage as it is wanted: filled, and described by a file.</summary>
/// <param name="RunId">Names its containers.</param>
/// <param name="Home">The folder of all artifacts: what is kept is found by it, and removed.</param>
/// <param name="Folder">Where <c>environment.yaml</c> is written; gone with the stage.</param>
public sealed record StageRequest(
    string RunId,
    string Home,
    string Folder,
    ImageSet Images,
    FixtureScale Scale,
    int Seed
)
{
    /// <summary>«Now» of the generated data: the hour in which the stage starts.</summary>
    public required DateTimeOffset Epoch { get; init; }

    /// <summary>Outlives its process.</summary>
    public bool Keep { get; init; }

    /// <summary>The checkout whose Compose files are brought up around the API; null for a stage without
    /// them.</summary>
    public string? StackOf { get; init; }

    /// <summary>Where the API will be on 127.0.0.1; any free port when null.</summary>
    public int? ApiPort { get; init; }
}
