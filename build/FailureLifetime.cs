using Cake.Frosting;

namespace FreshTrack.Build;

/// <summary>Keeps what a task threw: the host itself would only turn it into an exit code of its own.</summary>
public sealed class FailureLifetime(BuildRun run) : FrostingTaskLifetime<BuildContext>
{
    public override void Setup(BuildContext context, ITaskSetupContext info) { }

    public override void Teardown(BuildContext context, ITaskTeardownContext info)
    {
        run.Failure ??= info.ThrownException;
    }
}
