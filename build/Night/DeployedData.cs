using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Build.Night;

/// <summary>Opens an environment whose target may be in the deployed stack.</summary>
internal static class DeployedData
{
    /// <summary>Opens it for <c>Prepare</c>. A run keeps its lock in the target and its journal in the object store, so
    /// what of them is in the stack is started before there is one: once its server's name was typed.</summary>
    /// <exception cref="RefusedException">It was not confirmed, or secrets or images are missing.</exception>
    /// <exception cref="ServerException">The server was not reached, or a service is not well.</exception>
    public static async Task<CutoverEnvironment> StartAsync(BuildContext context, RunObservers screen)
    {
        var settings = EnvironmentOptions.Read(context);
        try
        {
            return await CutoverEnvironment.OpenAsync(settings, context.Cancellation);
        }
        catch (ServerException e) when (settings.Deploy is not null)
        {
            screen.Note(e.Message);
        }

        var deploy = settings.Deploy;
        var stack = new StackOnServer(deploy, context.RepositoryRoot);
        var server = (await stack.Shell.RunAsync(["hostname"], context.Cancellation)).Trim();
        await using (var unreached = CutoverEnvironment.Open(settings))
        {
            await Confirmation
                .Of(context)
                .DemandAsync(
                    unreached,
                    $"start {stack.Data}, which calls itself {server},",
                    server,
                    context.Cancellation
                );
        }

        await screen.ShowAsync(
            "Data services",
            progress => stack.Data.StartAsync(progress, context.Cancellation),
            state => $"{state}"
        );
        return await CutoverEnvironment.OpenAsync(settings, context.Cancellation);
    }

    /// <summary>Opens it for what continues without the target: its server may be gone.</summary>
    public static async Task<CutoverEnvironment> OpenAnywayAsync(BuildContext context, RunObservers screen)
    {
        var settings = EnvironmentOptions.Read(context);
        try
        {
            return await CutoverEnvironment.OpenAsync(settings, context.Cancellation);
        }
        catch (ServerException e)
        {
            screen.Note(e.Message);
            return CutoverEnvironment.Open(settings);
        }
    }
}
