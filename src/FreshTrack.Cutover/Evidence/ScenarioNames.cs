namespace FreshTrack.Cutover.Evidence;

/// <summary>The load scenarios by name, as <c>load.json</c> and the policy call them.</summary>
public static class ScenarioNames
{
    public const string TtnIngestion = "ttn_ingestion";
    public const string Readings24h = "readings_24h";
    public const string Readings7dBucketed = "readings_7d_bucketed";
    public const string LatestByOrganization = "latest_by_organization";
    public const string AlertsList = "alerts_list";
    public const string AcknowledgeAlert = "acknowledge_alert";
    public const string CutoverMorning = "cutover_morning";

    public static IReadOnlyList<string> All { get; } =
    [TtnIngestion, Readings24h, Readings7dBucketed, LatestByOrganization, AlertsList, AcknowledgeAlert, CutoverMorning];
}
