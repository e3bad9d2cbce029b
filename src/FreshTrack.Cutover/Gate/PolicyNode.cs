using System.Globalization;
using FreshTrack.Plan;
using YamlDotNet.RepresentationModel;

namespace FreshTrack.Cutover.Gating;

/// <summary>A value of the policy file that knows its name and its place, so that every refusal can say both.</summary>
internal sealed class PolicyNode(YamlNode node, string file, string name)
{
    public RefusedException Refuse(string expected) =>
        new($"{file}({node.Start.Line},{node.Start.Column}): {expected}. Mend the policy and run again.");

    /// <summary>The value of a key that must be there.</summary>
    public PolicyNode this[string key] => Find(key) ?? throw Refuse($"{name} has no '{key}'");

    public PolicyNode? Find(string key) =>
        Mapping
            .Children.Where(pair => Key(pair.Key) == key)
            .Select(pair => new PolicyNode(pair.Value, file, $"'{key}'"))
            .FirstOrDefault();

    /// <summary>Refuses what the reader does not know: a limit with a misspelt name would never be judged.</summary>
    public PolicyNode Only(params IReadOnlyList<string> keys)
    {
        foreach (var key in Mapping.Children.Keys.Where(key => !keys.Contains(Key(key))))
        {
            throw new PolicyNode(key, file, name).Refuse(
                $"unknown key '{Key(key)}' in {name}; expected {string.Join(", ", keys)}"
            );
        }

        return this;
    }

    public IEnumerable<(string Key, PolicyNode Value)> Pairs() =>
        Mapping.Children.Select(pair => (Key(pair.Key), new PolicyNode(pair.Value, file, $"'{Key(pair.Key)}'")));

    public IEnumerable<PolicyNode> Items() =>
        node is YamlSequenceNode list
            ? list.Children.Select((item, i) => new PolicyNode(item, file, $"item {i + 1} of {name}"))
            : throw Refuse($"{name} must be a list");

    public string Text() =>
        node is YamlScalarNode { Value.Length: > 0 } scalar ? scalar.Value : throw Refuse($"{name} must be a text");

    /// <summary>A decimal number in the file's own digits: 0.05 is 0.05, and NaN is no number.</summary>
    public decimal Number(decimal above, decimal upTo)
    {
        var number = decimal.TryParse(Scalar, NumberStyles.AllowDecimalPoint, null, out var value)
            ? value
            : (decimal?)null;
        return number > above && number <= upTo
            ? number.Value
            : throw Refuse($"{name} is '{Scalar}'; expected a number above {above}, up to {upTo}");
    }

    public long Whole(long from) =>
        long.TryParse(Scalar, NumberStyles.None, null, out var value) && value >= from
            ? value
            : throw Refuse($"{name} is '{Scalar}'; expected a whole number from {from} on");

    public TimeSpan Time()
    {
        // «24:00:00» counts hours; TimeSpan's own reader would take 24 for days.
        var parts = (Scalar ?? "").Split(':');
        return
            parts.Length == 3
            && parts.All(part => part.Length > 0 && part.All(char.IsAsciiDigit))
            && int.TryParse(parts[0], null, out var hours)
            && hours < 10_000
            && int.Parse(parts[1]) is var minutes and < 60
            && int.Parse(parts[2]) is var seconds and < 60
            ? new TimeSpan(hours, minutes, seconds)
            : throw Refuse($"{name} is '{Scalar}'; expected hours:minutes:seconds as in 24:00:00");
    }

    private YamlMappingNode Mapping => node as YamlMappingNode ?? throw Refuse($"{name} must be a mapping");

    private string? Scalar => (node as YamlScalarNode)?.Value;

    private static string Key(YamlNode key) => (key as YamlScalarNode)?.Value ?? "";
}
