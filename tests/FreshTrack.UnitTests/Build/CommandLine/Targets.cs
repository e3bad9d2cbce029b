using Cake.Frosting;
using FreshTrack.Build.CommandLine;

namespace FreshTrack.UnitTests.Build.CommandLine;

/// <summary>Targets to parse command lines against.</summary>
internal static class Targets
{
    public static readonly TaskCatalog All = TaskCatalog.Of([
        typeof(RehearseTask),
        typeof(ImagesTask),
        typeof(CountTask),
        typeof(CopyTask),
        typeof(DefaultTask),
    ]);

    public static BuildCommand Parse(params string[] args) => BuildCommand.Parse(args, All);

    [TaskName("Default")]
    public sealed class DefaultTask : FrostingTask;

    [TaskName("Rehearse")]
    [TaskDescription("Rehearses")]
    [TaskOption("scale", "smoke|production|ROWS", "size")]
    [TaskOption("seed", "N", "seed")]
    [TaskOption("keep", "leave the stage up")]
    [TaskOption("board", "[PORT]", "show it live")]
    [IsDependentOn(typeof(ImagesTask))]
    public sealed class RehearseTask : FrostingTask;

    [TaskName("Images")]
    [TaskOption("no-cache", "build from nothing")]
    public sealed class ImagesTask : FrostingTask;

    [TaskName("Count")]
    [TaskOption("depth", "sample|full", "how many")]
    public sealed class CountTask : FrostingTask;

    [TaskName("Copy")]
    [Confirms("the target whose rows are replaced")]
    [TaskOption("target", "ADDRESS", "where to")]
    public sealed class CopyTask : FrostingTask;
}
