using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using Node = YamlDotNet.RepresentationModel.YamlNode;

namespace FreshTrack.Plan;

/// <summary>A value of a YAML file that knows its place and its name, so that every refusal gives both.</summary>
public sealed class YamlNode
{
    private readonly Node node;
    private readonly YamlFile file;
    private readonly string what;
    private readonly Lazy<Dictionary<string, YamlNode>> children;

    private YamlNode(Node node, YamlFile file, string what)
    {
        (this.node, this.file, this.what) = (node, file, what);
        children = new Lazy<Dictionary<string, YamlNode>>(Children);
    }

    /// <summary>From 1.</summary>
    public int Line => (int)node.Start.Line;

    /// <summary>Line and column, from 1.</summary>
    internal (int Line, int Column) Place => (Line, (int)node.Start.Column);

    /// <summary>Its key in quotes, or what the file is.</summary>
    public string What => what;

    /// <summary>A text of this file in quotes, for a message; of a file beside secrets only where it cannot be
    /// one.</summary>
    public string Quote(string text) =>
        file.IsSecretive && LooksSecret.Is(text) ? "a text that may hold a secret and is not shown" : $"'{text}'";

    /// <summary>Whether it stands on several lines of which it makes one.</summary>
    public bool IsFolded =>
        node is YamlScalarNode { Style: not ScalarStyle.Literal } && node.End.Line > node.Start.Line;

    public bool IsText => node is YamlScalarNode { Value.Length: > 0 };

    /// <summary>Reads a text that must be exactly one YAML document.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="what">What the file is to its reader: <c>the plan</c>.</param>
    /// <exception cref="RefusedException">The text is not one YAML document.</exception>
    public static YamlNode Read(string text, string name, string what) =>
        new(YamlText.Read(text, name, isSecretive: false), new YamlFile(name, what, IsSecretive: false), what);

    /// <summary>As <see cref="Read"/>, of a file beside secrets: what looks like one, in whatever wrong place, is in no
    /// message.</summary>
    /// <exception cref="RefusedException">The text is not one YAML document.</exception>
    public static YamlNode ReadSecretive(string text, string name, string what) =>
        new(YamlText.Read(text, name, isSecretive: true), new YamlFile(name, what, IsSecretive: true), what);

    /// <param name="message">What is wrong and what was expected, without a full stop.</param>
    /// <returns>A message of the form <c>plan.yaml(4,5): … Fix the plan and run again.</c></returns>
    public RefusedException Refuse(string message) =>
        new($"{file.Name}({node.Start.Line},{node.Start.Column}): {message}{Advice(file.What)}");

    internal static string Advice(string what) => $". Fix {what} and run again.";

    /// <summary>The node as a mapping with no other keys than these: a misspelt key would have no effect.</summary>
    /// <exception cref="RefusedException">It is not a mapping, or has another key.</exception>
    public YamlNode Mapping(params IReadOnlyList<string> known)
    {
        return Unknown(known) is [var (_, first), ..] ? throw first : this;
    }

    /// <summary>A refusal for each key of the mapping that is none of these.</summary>
    /// <exception cref="RefusedException">It is not a mapping.</exception>
    internal IReadOnlyList<((int, int) Place, RefusedException Refusal)> Unknown(IReadOnlyList<string> known) =>
        [
            .. children
                .Value.Keys.Where(key => !known.Contains(key))
                .Select(key =>
                    (
                        At(KeyOf(key)).Place,
                        At(KeyOf(key))
                            .Refuse($"unknown key {Quote(key)} in {what}; expected {string.Join(", ", known)}")
                    )
                ),
        ];

    /// <summary>The value of a key; null when the mapping does not have it.</summary>
    public YamlNode? Optional(string key) => children.Value.GetValueOrDefault(key);

    /// <exception cref="RefusedException">The mapping does not have the key.</exception>
    public YamlNode Required(string key) => Optional(key) ?? throw Refuse($"{what} has no '{key}'");

    /// <summary>Keys and values of a mapping whose keys are names of the writer's own choice, in their order.</summary>
    public IReadOnlyDictionary<string, YamlNode> Pairs() => children.Value;

    public IEnumerable<YamlNode> Items() =>
        node is YamlSequenceNode list
            ? list.Children.Select((item, index) => new YamlNode(item, file, $"item {index + 1} of {what}"))
            : throw Refuse($"{what} must be a list, but is {Kind}");

    /// <summary>A list of texts, none of them twice.</summary>
    public IReadOnlyList<string> Texts()
    {
        var texts = new List<string>();
        foreach (var item in Items())
        {
            if (texts.Contains(item.Text()))
            {
                throw item.Refuse($"{Quote(item.Text())} stands twice in this list; name it once");
            }

            texts.Add(item.Text());
        }

        return texts;
    }

    public string Text() =>
        node is YamlScalarNode { Value: { Length: > 0 } value }
            ? value
            : throw Refuse($"{what} must be a text, but is {Kind}");

    public bool Flag() =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: var value } && value is "true" or "false"
            ? value == "true"
            : throw Refuse($"{what} must be true or false, but is {Kind}");

    /// <summary>A decimal number in the file's own digits: 0.05 is 0.05, and .nan is not a number.</summary>
    public decimal Number(decimal above, decimal upTo) =>
        decimal.TryParse(Scalar, NumberStyles.AllowDecimalPoint, null, out var number)
        && number > above
        && number <= upTo
            ? number
            : throw Refuse($"{what} is {Kind}; expected a number above {above}, up to {upTo}");

    public long Whole(long from, long upTo = long.MaxValue) =>
        long.TryParse(Scalar, NumberStyles.None, null, out var number) && number >= from && number <= upTo
            ? number
            : throw Refuse(
                $"{what} is {Kind}; expected a whole number from {from} {(upTo < long.MaxValue ? $"to {upTo}" : "on")}"
            );

    /// <summary>Hours, minutes and seconds, as in 24:00:00, below 10,000 hours.</summary>
    public TimeSpan Duration()
    {
        // TimeSpan's own reader would take 24 for days.
        var parts = (Scalar ?? "").Split(':');
        return
            parts.Length == 3
            && parts.All(part => part.Length > 0 && part.All(char.IsAsciiDigit))
            && int.TryParse(parts[0], null, out var hours)
            && hours < 10_000
            && int.TryParse(parts[1], null, out var minutes)
            && minutes < 60
            && int.TryParse(parts[2], null, out var seconds)
            && seconds < 60
            ? new TimeSpan(hours, minutes, seconds)
            : throw Refuse($"{what} is {Kind}; expected hours:minutes:seconds as in 24:00:00");
    }

    private string? Scalar => (node as YamlScalarNode)?.Value;

    private string Kind =>
        node switch
        {
            YamlMappingNode => "a mapping",
            YamlSequenceNode => "a list",
            YamlScalarNode { Value: { Length: > 0 } value } => Quote(value),
            _ => "empty",
        };

    private Dictionary<string, YamlNode> Children() =>
        node is YamlMappingNode mapping
            ? mapping
                .Children.Select(pair => (Key: new YamlNode(pair.Key, file, $"a key of {what}").Text(), pair.Value))
                .ToDictionary(pair => pair.Key, pair => new YamlNode(pair.Value, file, Quote(pair.Key)))
            : throw Refuse($"{what} must be a mapping, but is {Kind}");

    private Node KeyOf(string key) =>
        ((YamlMappingNode)node).Children.Keys.First(item => (item as YamlScalarNode)?.Value == key);

    private YamlNode At(Node place) => new(place, file, what);

    /// <param name="What">What the file is to its reader: <c>the plan</c>.</param>
    /// <param name="IsSecretive">Secrets stand beside it, and by mistake in it.</param>
    private sealed record YamlFile(string Name, string What, bool IsSecretive);
}
