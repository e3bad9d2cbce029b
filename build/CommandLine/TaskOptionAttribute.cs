namespace FreshTrack.Build.CommandLine;

/// <summary>Declares an option of a task; options that no task of the target declares are refused.</summary>
/// <param name="name">Without dashes, in kebab case.</param>
/// <param name="values">Lower-case alternatives and upper-case placeholders, as <c>smoke|production|ROWS</c>; null for an option without a value.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class TaskOptionAttribute(string name, string? values, string description) : Attribute
{
    public TaskOptionAttribute(string name, string description)
        : this(name, null, description)
    {
    }

    public string Name { get; } = name;

    public string? Values { get; } = values;

    public string Description { get; } = description;

    /// <summary>The name under which Cake hands an option on: its own, unless Cake would take it for a switch of its own.</summary>
    public static string ArgumentOf(string name) => CakeSwitch.Find(name, isShort: false) is null ? name : $"task-{name}";

    /// <summary>Alternatives alone leave nothing to the task; a placeholder leaves the judging to it.</summary>
    public bool Allows(string value)
    {
        var alternatives = (Values ?? "").Split('|');
        return alternatives.Contains(value, StringComparer.Ordinal) || alternatives.Any(alternative => alternative.Any(char.IsUpper));
    }
}
