namespace FreshTrack.Cutover.States;

/// <summary>Where both systems stand, as far as it matters for who takes writes and who is told what.</summary>
public sealed record CutoverState(
    SourceAccess Source,
    Switch OldMaintenance,
    WebhookRoute Webhooks,
    TargetContent Target,
    NewSystem NewSystem,
    Side Traffic,
    Notifications Notifications
)
{
    /// <summary>The old system serves everybody.</summary>
    public static CutoverState Before { get; } =
        new(
            SourceAccess.Open,
            Switch.Off,
            WebhookRoute.Old,
            TargetContent.Empty,
            NewSystem.Stopped,
            Side.Old,
            Notifications.Held
        );

    /// <summary>Users can write on the old side.</summary>
    public bool OldTakesWrites => Source == SourceAccess.Open && OldMaintenance == Switch.Off;

    /// <summary>Users can write on the new side.</summary>
    public bool NewTakesWrites => NewSystem == NewSystem.Open;

    public override string ToString() =>
        $"source {Source}, old maintenance {OldMaintenance}, webhooks {Webhooks}, target {Target}, new system "
        + $"{NewSystem}, traffic {Traffic}, notifications {Notifications}";
}

/// <summary>Whether the source's tables take writes.</summary>
public enum SourceAccess
{
    Open,
    Frozen,
}

public enum Switch
{
    Off,
    On,
}

/// <summary>Where The Things Stack sends what sensors report.</summary>
public enum WebhookRoute
{
    Old,
    Paused,
    New,
}

public enum TargetContent
{
    Empty,
    Loading,

    /// <summary>Equal to the source at the cutover point; the verification said so.</summary>
    Verified,
}

public enum NewSystem
{
    Stopped,

    /// <summary>It runs, and only sensors and the canary organization get in; everybody else sees that it is in
    /// maintenance.</summary>
    Held,
    Open,
}

/// <summary>Which system the public names lead to.</summary>
public enum Side
{
    Old,
    New,
}

/// <summary>Whether the new system tells customers of alerts.</summary>
public enum Notifications
{
    Held,
    Released,
}
