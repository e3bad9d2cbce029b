using FreshTrack.Cutover;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gate;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Fixtures;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Fixtures.Source;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Rehearsing;

/// <summary>The whole way: images → stage → fixtures → runbook → load → evidence → gate.</summary>
public sealed class Rehearsal(RehearsalOptions options, IAnsiConsole console, TimeProvider clock)
{
    private readonly RunScreen screen = new(console);

    /// <exception cref="RefusedException">Something that was asked for or is needed is not there; nothing was started.</exception>
    public async Task<RunReport> RunAsync(CancellationToken cancellationToken)
    {
        var plan = PlanFile.Load(options.PlanPath);
        var policyText = await File.ReadAllTextAsync(options.PolicyPath, cancellationToken);
        var policy = PolicyFile.Parse(policyText, options.PolicyPath);
        var tree = await SourceTree.ReadAsync(options.RepositoryRoot, cancellationToken);

        await screen.ShowAsync("Container engine", DockerEngine.EnsureAsync, version => version, cancellationToken);
        var images = await screen.ShowAsync("Images", BuildImagesAsync, built => built.Summary, cancellationToken);
        return null!;
    }
}
