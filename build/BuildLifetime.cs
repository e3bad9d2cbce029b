using Cake.Frosting;

namespace FreshTrack.Build;

/// <summary>Keeps what ended the run: the host itself would only turn it into an exit code of its own.</summary>
public sealed class BuildLifetime : FrostingLifetime<BuildContext>
{
    private readonly BuildRun run;

    public BuildLifetime(BuildRun run) => this.run = run;

    public override void Setup(BuildContext context, ISetupContext info)
    {
    }

    public override void Teardown(BuildContext context, ITeardownContext info)
    {
        ArgumentNullException.ThrowIfNull(info);
        run.Failure = info.ThrownException;
    }
}
