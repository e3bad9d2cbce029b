namespace FreshTrack.Cutover.StatusPages;

/// <summary>The moments of a cutover that visitors are told of.</summary>
public static class IncidentNames
{
    public const string Announced = "announced";
    public const string Freeze = "freeze";
    public const string Export = "export";
    public const string Migrate = "migrate";
    public const string Deploy = "deploy";
    public const string Traffic = "traffic";
    public const string Validate = "validate";
    public const string Complete = "complete";
    public const string RolledBack = "rolled_back";

    /// <summary>T-48h, the six phases, and the two ends.</summary>
    public static IReadOnlyList<string> All { get; } =
    [Announced, Freeze, Export, Migrate, Deploy, Traffic, Validate, Complete, RolledBack];
}
