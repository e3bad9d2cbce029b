using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Snapshots;
using FreshTrack.Migration;
using FreshTrack.Migration.Parts;
using FreshTrack.Verification;

namespace FreshTrack.UnitTests.Cutover;

/// <summary>The schemas under docs/schemas are the promise of what evidence looks like; a change of a record must be a
/// change of its schema.</summary>
public sealed class SchemaTests
{
    public static TheoryData<string, Type> Files =>
        new()
        {
            { "run", typeof(RunDescription) },
            { "environment", typeof(EnvironmentDescription) },
            { "preflight", typeof(PreflightReport) },
            { "freeze", typeof(FreezeReport) },
            { "reverse", typeof(PreflightReport) },
            { "rollback", typeof(RollbackReport) },
            { "snapshot", typeof(Snapshot) },
            { "declarations", typeof(DeclarationReport) },
            { "manifest", typeof(Manifest) },
            { "move", typeof(MoveSummary) },
            { "verification", typeof(VerificationResult) },
            { "load", typeof(LoadResult) },
            { "runbook", typeof(PlannedRunbook) },
            { "timeline", typeof(Timeline) },
            { "baseline", typeof(Baselines) },
            { "gate", typeof(GateResult) },
            { "gate-data", typeof(GateResult) },
            { "journal", typeof(JournalEntry) },
            { "catalogs", typeof(CatalogsReport) },
            { "rates", typeof(ExportRates) },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_committed_schema_is_that_of_the_record(string name, Type type)
    {
        var schema = EvidenceJson.Options.GetJsonSchemaAsNode(type).AsObject();
        schema.Insert(0, "$id", $"{name}.schema.json");
        var text = schema.ToJsonString(EvidenceJson.Options) + "\n";
        var path = JsonSchema.PathOf(name);
        if (Environment.GetEnvironmentVariable("FRESHTRACK_APPROVE") == "schemas")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        }

        Assert.Equal(
            JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!.ToJsonString(),
            schema.ToJsonString()
        );
    }
}
