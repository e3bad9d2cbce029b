using FreshTrack.Fixtures.Source;
using YamlDotNet.Serialization;

namespace FreshTrack.IntegrationTests.Fixtures;

/// <summary>The plan file read as plain YAML, without the product's own reader: these tests judge the file.</summary>
internal sealed class PlanText
{
    public List<PlanTable> Tables { get; set; } = [];

    public List<string> Leave { get; set; } = [];

    public static async Task<PlanText> ReadAsync(CancellationToken cancellationToken) =>
        new DeserializerBuilder()
            .WithNamingConvention(YamlDotNet.Serialization.NamingConventions.UnderscoredNamingConvention.Instance)
            .IgnoreUnmatchedProperties()
            .Build()
            .Deserialize<PlanText>(await SourceDatabase.ReadPlanAsync(cancellationToken));

    public PlanTable Table(string source) => Tables.Single(table => table.Source == source);
}

internal sealed class PlanTable
{
    public string Source { get; set; } = "";

    public string Target { get; set; } = "";

    public Dictionary<string, string> Columns { get; set; } = [];

    public List<string> Users { get; set; } = [];

    public List<string> Leave { get; set; } = [];

    public List<string> Secret { get; set; } = [];

    public Dictionary<string, string>? Chain { get; set; }
}
