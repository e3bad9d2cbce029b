using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace FreshTrack.Plan;

/// <summary>A YAML node that knows its place in the file, so that every refusal can name it.</summary>
/// <param name="what">What the node is to its reader: <c>'columns'</c>.</param>
internal sealed class PlanNode(YamlNode node, string file, string what)
{
    private Dictionary<string, PlanNode> children = new();

    public int Line => (int)node.Start.Line;

    public RefusedException Refuse(string message) => new($"{file}({node.Start.Line},{node.Start.Column}): {message}");

    /// <summary>The node as a mapping that has no keys but <paramref name="known"/>.</summary>
    public PlanNode Mapping(IReadOnlyList<string> known)
    {
        children = Children();
        foreach (var (key, child) in children)
        {
            if (!known.Contains(key))
            {
                throw child
                    .At(KeyOf(key))
                    .Refuse($"unknown key '{key}' in {what}; expected one of {string.Join(", ", known)}");
            }
        }

        return this;
    }

    public PlanNode? Optional(string key) => children.GetValueOrDefault(key);

    public PlanNode Required(string key) => Optional(key) ?? throw Refuse($"{what} has no '{key}'");

    public string Text() =>
        node is YamlScalarNode { Value: { Length: > 0 } value }
            ? value
            : throw Refuse($"{what} must be a text, but is {Kind}");

    public bool Flag() =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: var value } && value is "true" or "false"
            ? value == "true"
            : throw Refuse($"{what} must be true or false, but is {Kind}");

    public IEnumerable<PlanNode> Items() =>
        node is YamlSequenceNode sequence
            ? sequence.Children.Select(item => new PlanNode(item, file, $"an item of {what}"))
            : throw Refuse($"{what} must be a list, but is {Kind}");

    public Dictionary<string, string> Pairs() => Children().ToDictionary(pair => pair.Key, pair => pair.Value.Text());

    private string Kind =>
        node switch
        {
            YamlMappingNode => "a mapping",
            YamlSequenceNode => "a list",
            YamlScalarNode { Value: { Length: > 0 } value } => $"'{value}'",
            _ => "empty",
        };

    private Dictionary<string, PlanNode> Children() =>
        node is YamlMappingNode mapping
            ? mapping.Children.ToDictionary(
                pair => new PlanNode(pair.Key, file, "a key").Text(),
                pair => new PlanNode(pair.Value, file, $"'{(pair.Key as YamlScalarNode)?.Value}'")
            )
            : throw Refuse($"{what} must be a mapping, but is {Kind}");

    private YamlNode KeyOf(string key) =>
        ((YamlMappingNode)node).Children.Keys.First(item => (item as YamlScalarNode)?.Value == key);

    private PlanNode At(YamlNode place) => new(place, file, what);
}
