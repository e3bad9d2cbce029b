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

    /// <summary>What taking it back changes: every part that it touched is as before the cutover. Rows stay in the
    /// target.</summary>
    public Transition Back() =>
        new()
        {
            Source = Source is null ? null : CutoverState.Before.Source,
            OldMaintenance = OldMaintenance is null ? null : CutoverState.Before.OldMaintenance,
            Webhooks = Webhooks is null ? null : CutoverState.Before.Webhooks,
            NewSystem = NewSystem is null ? null : CutoverState.Before.NewSystem,
            Traffic = Traffic is null ? null : CutoverState.Before.Traffic,
            Notifications = Notifications is null ? null : CutoverState.Before.Notifications,
        };
}
