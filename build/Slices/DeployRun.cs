using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Stages;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.Build.Slices;

/// <summary>The deployment alone: webhook secrets indexed, and the API started on the target.</summary>
internal sealed class DeployRun(BuildContext context)
{
    private const string Kind = "deploy";

    /// <exception cref="RefusedException">No environment was named, or nothing deploys there yet.</exception>
    public async Task RunAsync()
    {
        var path =
            context.Option("environment")
            ?? throw new RefusedException("Name the environment to deploy to with --environment FILE.");
        var inputs = await RunInputs.ReadAsync(
            context.RepositoryRoot,
            context.PlanPath,
            policy: null,
            context.Cancellation
        );
        await using var environment = CutoverEnvironment.Open(EnvironmentOptions.Read(context));
        if (environment.Deploy is { } settings)
        {
            await new StackRun(context, environment, settings).RunAsync();
            return;
        }

        if (context.Flag("previous"))
        {
            throw new RefusedException(
                $"'{environment.Name}' has no section deploy, so no release is kept there to go back to. Nothing was "
                    + "changed."
            );
        }

        var deployment =
            PracticeStage.DeploymentOf(
                path,
                context.ArtifactsDirectory,
                environment,
                await ImageSet.ReadAsync(context.RepositoryRoot, ImageCatalog.Stage, context.Cancellation)
            )
            ?? throw new RefusedException(
                $"Nothing says where '{environment.Name}' runs. Give its file a section deploy "
                    + "(environments/example.yaml shows one), or name a stage's, artifacts/stage/environment.yaml."
            );
        await Confirmation
            .Of(context)
            .DemandAsync(environment, "start the API, in place of one that runs,", context.Cancellation);
        using var evidence = EvidenceFolder.Create(context.RunsDirectory, Kind, context.TimeProvider.GetUtcNow());
        var slice = new SliceRun(context.Console, environment, inputs, context.TimeProvider)
        {
            Deployment = deployment,
        };
        await slice.RunAsync(
            CutoverRunbook.Whole.Slice(Kind, CutoverRunbook.IndexWebhooks, CutoverRunbook.Deploy),
            Kind,
            evidence,
            given: null,
            context.Cancellation
        );
    }
}
