using System.Text.Json.Nodes;
using FreshTrack.Plan;
using YamlDotNet.RepresentationModel;

namespace FreshTrack.UnitTests.Plan;

public sealed class PlanSchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(
        File.ReadAllText(Path.Combine(Root(), "docs", "schemas", "plan.schema.json"))
    )!;

    private static IEnumerable<JsonNode> Parts => [Schema, .. Schema["$defs"]!.AsObject().Select(part => part.Value!)];

    [Fact]
    public void The_schema_knows_the_keys_that_the_reader_knows()
    {
        Assert.Equal(PlanFile.PlanKeys, Keys(Schema));
        Assert.Equal(PlanFile.TableKeys, Keys(Schema["$defs"]!["table"]!));
        Assert.Equal(PlanFile.ChainKeys, Keys(Schema["$defs"]!["chain"]!));
        Assert.Equal(PlanFile.TallyKeys, Keys(Schema["$defs"]!["tally"]!));
        Assert.Equal(PlanFile.CheckKeys, Keys(Schema["$defs"]!["check"]!));
    }

    [Fact]
    public void Every_key_of_the_schema_is_described_and_no_other_is_allowed()
    {
        foreach (var part in Parts)
        {
            Assert.False(part["additionalProperties"]!.GetValue<bool>());
            Assert.All(
                part["properties"]!.AsObject(),
                key => Assert.NotEmpty(key.Value!["description"]!.GetValue<string>())
            );
        }
    }

    [Fact]
    public void The_plan_of_the_fixtures_keeps_to_the_schema()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File.ReadAllText(Path.Combine(Root(), "fixtures", "plans", "freshtrack.yaml"))));
        var plan = (YamlMappingNode)stream.Documents[0].RootNode;
        var tables = ((YamlSequenceNode)plan.Children["tables"]).Children.Cast<YamlMappingNode>().ToList();

        Assert.Subset(Keys(Schema).ToHashSet(), KeysOf([plan]));
        Assert.Subset(Keys(Schema["$defs"]!["table"]!).ToHashSet(), KeysOf(tables));
        foreach (var part in new[] { "chain", "tally" })
        {
            Assert.Subset(
                Keys(Schema["$defs"]![part]!).ToHashSet(),
                KeysOf(
                    tables
                        .Where(table => table.Children.ContainsKey(part))
                        .Select(table => (YamlMappingNode)table.Children[part])
                )
            );
        }
    }

    private static IEnumerable<string> Keys(JsonNode part) => part["properties"]!.AsObject().Select(key => key.Key);

    private static HashSet<string> KeysOf(IEnumerable<YamlMappingNode> nodes) =>
        [.. nodes.SelectMany(node => node.Children.Keys).Select(key => ((YamlScalarNode)key).Value!)];

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FreshTrack.sln")))
        {
            folder =
                Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("No FreshTrack.sln above the test program.");
        }

        return folder;
    }
}
