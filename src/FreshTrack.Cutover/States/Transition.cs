namespace FreshTrack.Cutover.States;

/// <summary>What a step declares to change; null leaves a part as it is.</summary>
public sealed record Transition
{
    public SourceAccess? Source { get; init; }

    public Switch? OldMaintenance { get; init; }

    public WebhookRoute? Webhooks { get; init; }

    public TargetContent? Target { get; init; }

    public NewSystem? NewSystem { get; init; }

    public Side? Traffic { get; init; }

    public Notifications? Notifications { get; init; }

    /// <summary>The step applies a difference to the source: only a verified target may say what is missing
    /// there.</summary>
    public bool AppliesDifference { get; init; }

    public CutoverState Apply(CutoverState state) =>
        new(
            Source ?? state.Source,
            OldMaintenance ?? state.OldMaintenance,
            Webhooks ?? state.Webhooks,
            Target ?? state.Target,
            NewSystem ?? state.NewSystem,
            Traffic ?? state.Traffic,
            Notifications ?? state.Notifications
        );
}
