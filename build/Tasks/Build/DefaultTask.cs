using Cake.Frosting;
using FreshTrack.Build.CommandLine;

namespace FreshTrack.Build.Tasks.Build;

[TaskName("Default")]
[TaskDescription("Lists the targets")]
[ChangesNothing]
public sealed class DefaultTask : FrostingTask<BuildContext>
{
    public override void Run(BuildContext context)
    {
        HelpScreen.WriteTargets(context.Console, context.Targets);
    }
}
