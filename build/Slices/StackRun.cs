using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Screen;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Build.Slices;

/// <summary>Brings a release to the environment's server and replaces what differs from what runs there.</summary>
internal sealed class StackRun(BuildContext context, CutoverEnvironment environment, DeploySettings settings)
{
    /// <summary>How long the server is asked what runs there, after something went wrong.</summary>
    private static readonly TimeSpan Looking = TimeSpan.FromSeconds(30);

    private readonly StackOnServer stack = new(settings, context.RepositoryRoot);
    private readonly bool isBack = context.Flag("previous");
    private readonly RunObservers screen = RunScreen.On(context);

    private string Command => $"./build.sh Deploy --environment {context.Option("environment")}";

    /// <exception cref="RefusedException">Nobody confirmed, another process deploys there, or secrets or images are
    /// missing.</exception>
    /// <exception cref="ServerException">The server was not reached, or a service is not well.</exception>
    public async Task RunAsync()
    {
        var release = isBack ? await PreviousAsync() : stack.Release();
        await ConfirmAsync(release);
        await using var held = await stack.Directory.LockAsync(
            $"release {release.Id}",
            context.TimeProvider,
            context.Cancellation
        );
        if (isBack && await stack.Directory.WayBackAsync(context.Cancellation) != release.Id)
        {
            throw new RefusedException(
                $"Another deployment ended meanwhile, and the way back no longer leads to release {release.Id}. "
                    + "Nothing was changed. Run this again."
            );
        }

        var deployment = stack.DeploymentUnder(held);
        try
        {
            await ReplaceAsync(deployment, release);
        }
        catch (Exception)
        {
            await ExplainAsync(deployment, release);
            throw;
        }
    }

    private async Task ConfirmAsync(Release release)
    {
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
    }

    private async Task ReplaceAsync(StackDeployment deployment, Release release)
    {
        await screen.ShowAsync(
            "Release",
            _ => RequireAsync(deployment, release),
            id => $"{id} is there, with secrets and images"
        );
        if (isBack)
        {
            await stack.Directory.BeginBackAsync(release.Id, context.Cancellation);
        }
        else
        {
            await screen.ShowAsync(
                "Data services",
                progress => deployment.DeployAsync(release, stack.Data.Names, progress, context.Cancellation),
                plan => $"{plan}"
            );
            // Before the new version: the older one reads the schema that was added to.
            await screen.ShowAsync("Schema", _ => MigrateAsync(), said => said);
        }

        await screen.ShowAsync(
            "Services",
            progress => deployment.DeployAsync(release, [], progress, context.Cancellation),
            plan => $"{plan}"
        );
        await stack.Directory.KeepAsync(release.Id, context.Cancellation);
        screen.Note($"Release {release.Id} runs on {settings.Host}.");
        if (await stack.Directory.WayBackAsync(context.Cancellation) is { } before)
        {
            screen.Note($"Release {before} ran before it. Back: {Command} --previous");
        }
    }

    /// <summary>What runs now and what can be done, since what failed does not say it.</summary>
    private async Task ExplainAsync(StackDeployment deployment, Release release)
    {
        // Also after Ctrl-C.
        using var limit = new CancellationTokenSource(Looking, context.TimeProvider);
        var (hasBegun, before) = (true, (string?)null);
        try
        {
            hasBegun = await stack.Directory.ReleaseAsync(ServerDirectory.Current, limit.Token) == release.Id;
            before = await stack.Directory.WayBackAsync(limit.Token);
            screen.Note($"Release {release.Id}: {await deployment.StateAsync(release, limit.Token)}");
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException)
        {
            screen.Note($"What runs on {settings.Host} is not known: {e.Message}");
        }

        foreach (var next in DeployState.Next(Command, isBack, hasBegun, before))
        {
            screen.Note(next);
        }
    }

    private async Task<string> RequireAsync(StackDeployment deployment, Release release)
    {
        await deployment.RequireAsync(release, context.Cancellation);
        return release.Id;
    }

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
