using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.IntegrationTests.Uplinks;

namespace FreshTrack.IntegrationTests.Nights.Readings;

/// <summary>Does in the console of The Things Stack what the runbook leaves to people. They are slow to pause: at the
/// freeze only after it is proved, on the way back not before the new system stops.</summary>
internal sealed class Operator(TheThingsNetwork network, Uri oldWebhook, Func<Uri> newWebhook) : IRunObserver
{
    public void Tell(RunEvent what)
    {
        switch (what)
        {
            case StepEnded { Step.Id: CutoverRunbook.ProveFreeze }:
            case StepStarted { Step.Id: RollbackRunbook.Stop }:
                network.Pause();
                break;
            case StepEnded { Step.Id: CutoverRunbook.SwitchWebhooks }:
                network.PointAt(newWebhook(), TheThingsNetwork.NewSide);
                break;
            case StepEnded { Step.Id: RollbackRunbook.UndoPrefix + CutoverRunbook.PauseWebhooks }:
            case StepEnded { Step.Id: RollbackRunbook.Resume }:
                network.PointAt(oldWebhook, TheThingsNetwork.OldSide);
                break;
            default:
                break;
        }
    }
}
