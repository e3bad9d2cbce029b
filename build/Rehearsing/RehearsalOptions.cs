using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.Build.Rehearsing;

/// <summary>A rehearsal as it was asked for, checked before anything starts.</summary>
public sealed record RehearsalOptions(FixtureScale Scale, int Seed, ImageSource Images, Fault? Fault, bool Keep)
{
    public required string RepositoryRoot { get; init; }

    public required string PlanPath { get; init; }

    public required string PolicyPath { get; init; }

    public string Runs => Path.Combine(RepositoryRoot, "artifacts", "runs");
}
