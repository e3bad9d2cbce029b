using FreshTrack.Fixtures.Generator;
using FreshTrack.Load;

namespace FreshTrack.Build.Rehearsals;

/// <summary>A rehearsal as it was asked for, checked before anything starts.</summary>
public sealed record RehearsalOptions(FixtureScale Scale, int Seed, Fault? Fault, bool Keep)
{
    public required string RepositoryRoot { get; init; }

    public required string PlanPath { get; init; }

    public required string PolicyPath { get; init; }

    /// <summary>Brings up what stands around the API, as production has it.</summary>
    public bool HasStack { get; init; } = true;

    /// <summary>Makes the load.</summary>
    public Func<LoadOptions, ILoadRunner> Runner { get; init; } = LoadRunners.Parse(LoadRunners.OpenModel);

    /// <summary>The port of the live board, 0 for any that is free; null without a board.</summary>
    public int? BoardPort { get; init; }

    public string Artifacts => Path.Combine(RepositoryRoot, "artifacts");

    public string Runs => Path.Combine(Artifacts, "runs");
}
