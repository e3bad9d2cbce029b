namespace FreshTrack.Plan;

/// <summary>Reads a YAML file to its end and says all that is wrong with it at once: a file that is written by hand is
/// mended in one go.</summary>
/// <param name="name">The file's name, for the message.</param>
/// <param name="what">What the file is to its reader: <c>the environment</c>.</param>
public sealed class YamlProblems(string name, string what)
{
    private readonly List<((int Line, int Column) Place, string Message)> found = [];

    /// <summary>Notes every key of a mapping that is none of these.</summary>
    /// <returns>The mapping; null when the node is none.</returns>
    public YamlNode? Mapping(YamlNode? node, params IReadOnlyList<string> known)
    {
        if (node is null || Try(node, () => node.Unknown(known)) is not { } unknown)
        {
            return null;
        }

        foreach (var (place, refusal) in unknown)
        {
            Note(place, refusal);
        }

        return node;
    }

    /// <summary>The value of a key that the mapping must have. What is wrong with it is noted, and the value is then no
    /// value at all: <see cref="Demand"/> comes before its first use.</summary>
    /// <param name="section">Null where the section itself is missing, which is noted already.</param>
    public T Required<T>(YamlNode? section, string key, Func<YamlNode, T> read) =>
        section is null ? default!
        : section.Optional(key) is { } node ? Try(node, () => read(node))!
        : Missing<T>(section, key);

    /// <summary>As <see cref="Required"/>, of a key that may be left out.</summary>
    public T? Optional<T>(YamlNode? section, string key, Func<YamlNode, T> read) =>
        section?.Optional(key) is { } node ? Try(node, () => read(node)) : default;

    /// <exception cref="RefusedException">Something is wrong; every place is named, in the order of the
    /// file.</exception>
    public void Demand()
    {
        if (found.Count > 0)
        {
            var lines = found
                .OrderBy(problem => problem.Place)
                .Select(problem => $"{Environment.NewLine}  {problem.Message}");
            throw new RefusedException(
                $"{name} has {found.Count} {(found.Count == 1 ? "problem" : "problems")}:{string.Concat(lines)}"
                    + $"{Environment.NewLine}Fix {what} and run again."
            );
        }
    }

    private T Missing<T>(YamlNode section, string key)
    {
        Try(section, () => section.Required(key));
        return default!;
    }

    private T? Try<T>(YamlNode node, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (RefusedException refusal)
        {
            Note(node.Place, refusal);
            return default;
        }
    }

    private void Note((int, int) place, RefusedException refusal)
    {
        var advice = YamlNode.Advice(what);
        var message = refusal.Message;
        found.Add((place, message.EndsWith(advice) ? message[..^advice.Length] : message));
    }
}
