namespace FreshTrack.Cutover.States;

/// <summary>What holds at every moment of a cutover, an undo and a return, also after a crash.</summary>
public static class Invariants
{
    /// <returns>What is broken, in words; empty when all is well.</returns>
    public static IEnumerable<string> BrokenBy(CutoverState state)
    {
        if (state.OldTakesWrites && state.NewTakesWrites)
        {
            yield return "both systems take writes";
        }

        if (!IsServed(state))
        {
            yield return $"users of the {state.Traffic.ToString().ToLowerInvariant()} side meet neither a system nor a "
                + "maintenance page";
        }

        if (state is { Webhooks: WebhookRoute.Old, Source: SourceAccess.Frozen })
        {
            yield return "webhooks go to the old system, which cannot store a reading";
        }

        if (state is { Webhooks: WebhookRoute.New, NewSystem: NewSystem.Stopped })
        {
            yield return "webhooks go to the new system, which is stopped";
        }

        if (state is { Webhooks: WebhookRoute.New, Source: SourceAccess.Open })
        {
            yield return "webhooks go to the new system while the source takes writes";
        }

        if (state is { NewSystem: not NewSystem.Stopped, Target: not TargetContent.Verified })
        {
            yield return "the new system runs on data that no verification has passed";
        }

        if (state is { Notifications: Notifications.Released, NewTakesWrites: false })
        {
            yield return "customers are told of alerts by a system that is not open to them";
        }

        if (state is { NewTakesWrites: true, Traffic: Side.Old })
        {
            yield return "the new system is open while the public names lead to the old one";
        }

        if (state is { Source: SourceAccess.Open, NewSystem: not NewSystem.Stopped, Traffic: Side.New })
        {
            yield return "the source takes writes while users are on the new side";
        }
    }

    /// <returns>What is broken by applying a difference in this state.</returns>
    public static IEnumerable<string> BrokenByDifference(CutoverState state)
    {
        if (state.Target != TargetContent.Verified)
        {
            yield return "a difference is applied although no verification has passed";
        }

        if (state.NewTakesWrites || state.OldTakesWrites)
        {
            yield return "a difference is applied while a system takes writes";
        }
    }

    private static bool IsServed(CutoverState state) =>
        state.Traffic == Side.New
            ? state.NewSystem != NewSystem.Stopped
            : state.OldTakesWrites || state.OldMaintenance == Switch.On;
}
