using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Night;

namespace FreshTrack.Build.Tasks.Night;

[TaskName("Status")]
[TaskDescription("Shows where the cutover stands, what is next, who owns it, and the command to run")]
[ChangesNothing]
[EnvironmentOption]
public sealed class StatusTask : AsyncFrostingTask<BuildContext>
{
    public override Task RunAsync(BuildContext context) => new StatusTarget(context).RunAsync();
}
