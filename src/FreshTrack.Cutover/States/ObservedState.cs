namespace FreshTrack.Cutover.States;

/// <summary>What was seen of both systems; null for what nothing can be asked about.</summary>
public sealed record ObservedState
{
    public SourceAccess? Source { get; init; }

    public Switch? OldMaintenance { get; init; }

    public TargetContent? Target { get; init; }

    public NewSystem? NewSystem { get; init; }

    public Notifications? Notifications { get; init; }

    /// <summary>Without the parts that a transition touches.</summary>
    public ObservedState Without(Transition touched) =>
        new()
        {
            Source = touched.Source is null ? Source : null,
            OldMaintenance = touched.OldMaintenance is null ? OldMaintenance : null,
            Target = touched.Target is null ? Target : null,
            NewSystem = touched.NewSystem is null ? NewSystem : null,
            Notifications = touched.Notifications is null ? Notifications : null,
        };

    /// <returns>Each part that is not as declared, in words.</returns>
    public IEnumerable<string> DifferencesTo(CutoverState declared) =>
        new[]
        {
            Compare("the source is", declared.Source, Source),
            Compare("the old system's maintenance is", declared.OldMaintenance, OldMaintenance),
            // Rows are seen, and not whether a verification has passed on them.
            Compare(
                "the target is",
                declared.Target == TargetContent.Verified ? TargetContent.Loading : declared.Target,
                Target
            ),
            Compare("the new system is", declared.NewSystem, NewSystem),
            Compare("notifications are", declared.Notifications, Notifications),
        }.OfType<string>();

    private static string? Compare<T>(string what, T declared, T? seen)
        where T : struct, Enum =>
        seen is { } found && !declared.Equals(found) ? $"{what} {Word(found)}, expected {Word(declared)}" : null;

    private static string Word<T>(T value)
        where T : struct, Enum => $"{value}".ToLowerInvariant();
}
