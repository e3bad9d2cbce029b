using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Screen;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Environments;
using FreshTrack.Plan;

namespace FreshTrack.Build.Slices;

/// <summary>Brings a release to the environment's server and replaces what differs from what runs there.</summary>
internal sealed class StackRun(BuildContext context, CutoverEnvironment environment, DeploySettings settings)
{
    private static readonly string[] DataServices = ["postgres", "redis", "minio"];

    private readonly StackOnServer stack = new(settings, context.RepositoryRoot);

    /// <exception cref="RefusedException">Nobody confirmed, or secrets or images are missing there.</exception>
    /// <exception cref="ServerException">The server was not reached, or a service is not well.</exception>
    public async Task RunAsync()
    {
        var isBack = context.Flag("previous");
        var release = isBack ? await PreviousAsync() : stack.Release();
        if (Confirmation.Of(context).IsYes && !settings.Host.IsLocal)
        {
            throw new RefusedException(
                $"--yes is for a stage of this machine, and {settings.Host} is another one: leave it out, and type the "
                    + "server's name. Nothing was changed."
            );
        }

        var server = (await stack.Shell.RunAsync(["hostname"], context.Cancellation)).Trim();
        await Confirmation
            .Of(context)
            .DemandAsync(
                environment,
                $"deploy release {release.Id} to {settings.Host}, which calls itself {server}, and replace what runs,",
                server,
                context.Cancellation
            );
        var screen = RunScreen.On(context);
        await screen.ShowAsync("Release", _ => RequireAsync(release), id => $"{id} is there, with secrets and images");
        if (!isBack)
        {
            await screen.ShowAsync(
                "Data services",
                progress => DeployAsync(release, DataServices, progress),
                plan => $"{plan}"
            );
            // Before the new version: the older one reads the schema that was added to.
            await screen.ShowAsync("Schema", _ => MigrateAsync(), said => said);
        }

        await screen.ShowAsync("Services", progress => DeployAsync(release, [], progress), plan => $"{plan}");
        await stack.Directory.KeepAsync(release.Id, context.Cancellation);
        screen.Note($"Release {release.Id} runs on {settings.Host}.");
        if (await stack.Directory.WayBackAsync(context.Cancellation) is { } before)
        {
            screen.Note(
                $"Release {before} ran before it. Back: ./build.sh Deploy --environment "
                    + $"{context.Option("environment")} --previous"
            );
        }
    }

    private async Task<string> RequireAsync(Release release)
    {
        await stack.Deployment.RequireAsync(release, context.Cancellation);
        return release.Id;
    }

    private Task<DeployPlan> DeployAsync(Release release, string[] only, IProgress<string> progress) =>
        stack.Deployment.DeployAsync(release, only, progress, context.Cancellation);

    private async Task<string> MigrateAsync()
    {
        string[] command = environment.TemperatureUnit is { } unit ? ["migrate", unit] : ["migrate"];
        var said = await stack.Compose.RunAsync(ComposeDeployment.Commands, command, context.Cancellation);
        return said.Trim().Split('\n')[^1].Trim();
    }

    private async Task<Release> PreviousAsync()
    {
        var directory = stack.Directory;
        var id =
            await directory.WayBackAsync(context.Cancellation)
            ?? throw new RefusedException(
                $"No release ran before this one in {directory.Path} on {settings.Host}. Nothing was changed."
            );
        return await directory.ReadReleaseAsync(id, context.Cancellation);
    }
}
